"""The lock of a directory, which others can ask about without taking it themselves.

If one had to take a lock to learn whether it is free, that would keep others out for a moment. The
kernel tells who holds a POSIX record lock (F_GETLK), on Linux and macOS and over NFS, and drops it
when its process ends, however that happens.
"""

import fcntl
import os
import struct
import sys
from pathlib import Path
from typing import final

# struct flock of <fcntl.h>: on Linux l_type, l_whence, l_start, l_len, l_pid.
_LAYOUT, _TYPE = ("qqihh", 3) if sys.platform == "darwin" else ("hhqqi", 0)

# Not handed on to other programs; and a link does not lead out of the directory.
_SAFE = os.O_CLOEXEC | os.O_NOFOLLOW

# Locks of this process, by device and inode. The kernel grants a process what it has already, and
# takes it away once the process closes the file through any handle.
_held: dict[tuple[int, int], int] = {}


@final
class Lock:
    """A lock that is a file; it can be released and acquired again.

    Args:
        path: of the file, in a folder that exists by the time the lock is acquired.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock, or return False because somebody, this process included, has it.

        Raises:
            OSError: the file cannot be made, or its file system knows no locks.
        """
        while not self.is_held():
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | _SAFE, 0o644)
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):  # POSIX allows either
                os.close(file)
                return False
            except OSError:
                os.close(file)
                raise
            # Whoever had it may have removed the file between the two calls.
            if _identity(self.path) == (identity := _identity(file)):
                _held[identity] = os.getpid()
                self._file = file
                return True
            os.close(file)
        return False

    def release(self) -> None:
        """Let others take the lock, and remove its file."""
        if self._file is None:
            return
        _held.pop(_identity(self._file), None)
        self.path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = None

    def is_held(self) -> bool:
        """Return whether any process has the lock; nobody is kept from taking it meanwhile.

        False as well where that cannot be known: there is no file, or it may not be read.
        """
        # Of one's own the file must not be opened; a fork inherits the note and not the lock.
        if _held.get(_identity(self.path)) == os.getpid():
            return True
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | _SAFE)
        except OSError:
            return False
        try:
            return _is_locked(file)
        except OSError:
            return False
        finally:
            os.close(file)


def _is_locked(file: int) -> bool:
    """Return whether another process has a lock that forbids reading."""
    fields = [0] * len(_LAYOUT)
    fields[_TYPE] = fcntl.F_RDLCK
    answer = fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(_LAYOUT, *fields))
    return struct.unpack(_LAYOUT, answer)[_TYPE] != fcntl.F_UNLCK


def _identity(file: Path | int) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - also of an open file
    except OSError:
        return None
    return found.st_dev, found.st_ino
