"""Where data lives, and how files get there: one process at a time, whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import platformdirs

from gan_lab.data.progress import say
from gan_lab.durable import UNFINISHED, remove_unfinished
from gan_lab.errors import DataError
from gan_lab.safe_reading import FOLDER, kind_of

LOCK = ".gan_lab.lock"
# A folder whose name begins so is soon gone, and with it what was made from what lies in it.
PASSING = ".gan_lab-passing-"


def data_folder(name: str, dir: str | None = None) -> Path:
    """Return `dir`, or else the folder `name` in the cache (`GAN_LAB_DATA`, else the user's)."""
    if dir is not None:
        return Path(dir).expanduser().absolute()
    cache = os.environ.get("GAN_LAB_DATA") or platformdirs.user_cache_dir("gan_lab")
    return Path(cache).expanduser().absolute() / name


def is_passing(path: Path) -> bool:
    """Return whether a file lies in a folder that is soon gone."""
    return path.parent.name.startswith(PASSING)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make `folder` and keep every other process out of it, waiting for its turn and saying so.

    What a killed process left unfinished is removed: whoever holds the lock knows it to be dead.

    Raises:
        DataError: the folder cannot be written, then or in the body.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            say(f"waiting for another process that prepares data in {folder}")
            lock.acquire()
        try:
            _sweep(folder)
            yield
        finally:
            lock.release()
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written to ({error.strerror or error}); choose another place with "
            "data.dir= if that named it, or else with the environment variable GAN_LAB_DATA."
        ) from error


@contextmanager
def workspace(folder: Path) -> Iterator[Path]:
    """Make a folder inside `folder` for downloads and the like, gone when the body ends."""
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as temporary:
        yield Path(temporary)


def _sweep(folder: Path) -> None:
    remove_unfinished(folder)
    for leftover in folder.glob(f"{UNFINISHED}*"):
        if kind_of(leftover) == FOLDER:
            shutil.rmtree(leftover, ignore_errors=True)
