"""Files that are either the old ones or the whole new ones, whatever happens in between.

And names that are this command's alone, also of several that begin in the same second.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gan_lab import faults
from gan_lab.safe_reading import FILE, kind_of

# Unfinished files bear this mark, so that nothing of the user's is ever swept away.
UNFINISHED = ".gan_lab-unfinished-"

_claimed: list[Path] = []


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place, on disk, once the body succeeds.

    Beside it, because a rename from another file system is a copy, which a kill can cut short.

    Raises:
        OSError: it cannot be written, or what lies there is no file; it is left as it is.
    """
    refuse_to_replace(path)
    temporary = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        temporary.unlink(missing_ok=True)  # of a killed process that had the same number
        with temporary.open("xb") as file:
            yield file
            file.flush()
            faults.moment(f"before_fsync/{path.name}")
            os.fsync(file.fileno())
        faults.moment(f"before_rename/{path.name}")
        temporary.replace(path)
        faults.moment(f"after_rename/{path.name}")
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def refuse_to_replace(path: Path) -> None:
    """Refuse to put a file in the place of a device, a link or whatever else is no file.

    Raises:
        OSError: that is what lies there.
    """
    if (kind := kind_of(path)) not in (None, FILE):
        raise OSError(errno.EEXIST, f"{path.name} is {kind}, not a file", str(path))


def claim_file(path: Path) -> bool:
    """Make an empty file, to be replaced; return False if anything has the name already.

    Raises:
        OSError: it cannot be made.
    """
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    _claimed.append(path.absolute())
    return True


def claim_folder(path: Path) -> bool:
    """Make a folder; return False if anything has the name already.

    Raises:
        OSError: it cannot be made.
    """
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        if not os.path.lexists(path):  # it is a parent that is a file
            raise
        return False
    _claimed.append(path.absolute())
    return True


def release_claims() -> None:
    """Remove what was claimed and has stayed empty, as when a command ends with a mistake."""
    for path in _claimed:
        with contextlib.suppress(OSError):
            if path.is_dir():
                path.rmdir()
            elif path.stat().st_size == 0:
                path.unlink()
    _claimed.clear()


def remove_unfinished(folder: Path) -> None:
    """Remove the files in `folder` that killed processes left half written, and nothing else."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if kind_of(path) == FILE:
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the folder's list of names on disk; without this a power cut may lose a new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
