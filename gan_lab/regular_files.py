"""Files that are files: not links, devices or pipes, and not larger than they can be.

A name in somebody's directory may lead to anything. A link leads out of the directory, a pipe makes
its reader wait forever, a device has no end, and to replace one by a file breaks the machine.
"""

import os
import stat
from pathlib import Path

FILE, FOLDER = "a file", "a folder"
KINDS = {
    stat.S_IFREG: FILE,
    stat.S_IFDIR: FOLDER,
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class UnusableFileError(Exception):
    """A file that cannot be read as one; the message says what it is, as in `is a pipe`."""


def kind_of(path: Path) -> str | None:
    """Return what lies at `path` itself, as in `a file` or `a link`; None for nothing."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    return KINDS.get(stat.S_IFMT(mode), "a device")


def read_file(path: Path, most: int) -> bytes | None:
    """Return the bytes of a file; None if there is none.

    Args:
        path: of the file; whatever else lies there is not opened.
        most: bytes that it may have. What is read is counted, not what the file claims.

    Raises:
        UnusableFileError: it is no file, is larger, or cannot be read.
    """
    try:
        if (kind := kind_of(path)) is None:
            return None
        if kind != FILE:
            raise UnusableFileError(f"is {kind}, not a file")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:  # gone in between
        return None
    except (OSError, ValueError) as error:
        raise UnusableFileError(f"cannot be read ({_reason(error)})") from error
    if len(content) > most:
        raise UnusableFileError(f"is larger than {most:,} bytes")
    return content


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
