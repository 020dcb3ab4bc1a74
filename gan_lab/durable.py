"""Files that are either the old ones or the whole new ones, whatever happens in between."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gan_lab import faults

# Unfinished files bear this mark, so that nothing of the user's is ever swept away.
UNFINISHED = ".gan_lab-unfinished-"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place, on disk, once the body succeeds.

    Beside it, because a rename from another file system is a copy, which a kill can cut short.
    """
    temporary = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
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


def sync_folder(folder: Path) -> None:
    """Put the folder's list of names on disk; without this a power cut may lose a new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
