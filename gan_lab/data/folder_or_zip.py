"""The files of a folder or a zip archive by name; only regular files are read."""

import os
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from gan_lab.data.label_files import is_label_file
from gan_lab.data.pictures import (
    ENDINGS,
    LARGEST_FILE_BYTES,
    UnreadablePictureError,
    why_unreadable,
)
from gan_lab.safe_reading import open_member, open_regular, read_at_most

# What zipfile and numpy raise over files that are truncated, altered, encrypted or something else.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)
# Folders of operating systems and programs, besides those whose name begins with a dot.
NOBODYS = {
    "__macosx", "@eadir", "lost+found", "$recycle.bin", "system volume information", "thumbs.db",
    "desktop.ini",
}  # fmt: skip
# Files that accompany images and are not meant to be any.
DOCUMENTS = {
    ".txt", ".md", ".rst", ".pdf", ".html", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".yaml",
    ".yml", ".mat", ".npy", ".npz", ".pkl", ".pt", ".h5", ".hdf5", ".py", ".ipynb", ".sh", ".ini",
    ".db", ".zip", ".gz", ".tar", ".log", ".lock", ".parquet", ".toml", ".cfg", ".safetensors",
    ".docx", ".xls", ".xlsx",
}  # fmt: skip
DOCUMENT_NAMES = {"readme", "license", "licence", "makefile", "dockerfile", "citation", "authors"}
# Folders within folders; an archive may have tens of thousands, which takes gigabytes to look at.
DEEPEST = 64

Read = Callable[..., bytes]


@dataclass(frozen=True)
class Place:
    """The files of a place.

    Attributes:
        pictures: names of pictures, relative, with "/", in order.
        label_files: names of files that may hold labels.
        passed: names of what cannot be an image, by reason.
        fingerprint: numbers and words that differ when the place or anything in it changed.
        kind: of place, by which `READERS` opens it.
        root: where it is.
    """

    pictures: Sequence[str]
    label_files: Sequence[str]
    passed: Mapping[str, Sequence[str]]
    fingerprint: Sequence
    kind: Literal["folder", "zip"]
    root: Path

    def opened(self) -> AbstractContextManager[Read]:
        """Give a function `read(name, first=None)` of the content or first bytes of a file.

        It is safe in threads.
        """
        return READERS[self.kind](self.root)


@dataclass
class _Sorted:
    """Names, as they come, by what they are; pictures, or the like, are known by `endings`."""

    endings: Sequence[str]
    pictures: list[str] = field(default_factory=list)
    label_files: list[str] = field(default_factory=list)
    passed: dict[str, list[str]] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)

    def wants(self, name: str) -> bool:
        """Return whether it is a picture or a file of labels by name; others are passed over."""
        path = PurePosixPath(name)
        ending = path.suffix.lower()
        if len(path.parts) > DEEPEST:
            self.pass_over(f"in more than {DEEPEST} folders", name)
            return False
        if any(part.startswith(".") or part.lower() in NOBODYS for part in path.parts):
            return False
        if ending in self.endings or is_label_file(name):
            return True
        if ending in DOCUMENTS or path.stem.lower() in DOCUMENT_NAMES:
            self.documents.append(name)
        else:
            self._of_another_format(name)
        return False

    def add(self, name: str) -> None:
        """Take in a file that is wanted and can be opened."""
        (self.label_files if is_label_file(name) else self.pictures).append(name)

    def pass_over(self, reason: str, name: str) -> None:
        self.passed.setdefault(reason, []).append(name)

    def _of_another_format(self, name: str) -> None:
        ending = PurePosixPath(name).suffix.lower()
        self.pass_over(f"of another format ({ending or 'no ending'})", name)

    def place(self, fingerprint: Sequence, kind: Literal["folder", "zip"], root: Path) -> Place:
        """Return all that was taken in; documents count where the images might be in them."""
        for name in self.documents if not self.pictures else ():
            self._of_another_format(name)
        passed = {reason: sorted(names) for reason, names in sorted(self.passed.items())}
        return Place(self.pictures, self.label_files, passed, fingerprint, kind, root)


def folder_at(root: Path, endings: Sequence[str] = ENDINGS) -> Place:
    """Return the files below a folder; links are followed, but not in circles.

    Args:
        root: the folder.
        endings: of the files that are looked for, if they are no pictures.
    """
    found, listing = _Sorted(endings), []
    for name, path in sorted(_files_below(root, found)):
        try:
            status = path.stat()
        except OSError:
            found.pass_over("dead links", name)
            continue
        if not stat.S_ISREG(status.st_mode):
            found.pass_over("not files", name)
            continue
        found.add(name)
        listing.append([name, *state_of(status)])

    return found.place([str(root), listing], "folder", root)


def picture_at(path: Path) -> Place:
    """Return the place of a single picture, as if its folder had no other."""
    fingerprint = [str(path), *state_of(path.stat())]
    return Place([path.name], [], {}, fingerprint, "folder", path.parent)


def zip_at(path: Path, endings: Sequence[str] = ENDINGS) -> Place:
    """Return the files of a zip archive.

    Args:
        path: of the archive.
        endings: see `folder_at`.

    Raises:
        Exception: one of `DAMAGE`, if it is no zip archive.
    """
    found = _Sorted(endings)
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        members = _members(archive)
        status = os.fstat(file.fileno())
    for name, info in sorted(members.items()):
        if not found.wants(name):
            continue
        if info.flag_bits & 1:
            found.pass_over("encrypted", name)
        else:
            found.add(name)

    fingerprint = [str(path), *state_of(status)]
    return found.place(fingerprint, "zip", path)


def state_of(status: os.stat_result) -> list[int]:
    """Return numbers that differ once a file has been written to or replaced.

    Its time of change, too, which no program sets back as unpacking and `cp -p` do the other.
    """
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


@contextmanager
def _reading_folder(root: Path) -> Iterator[Read]:
    def read(name: str, first: int | None = None) -> bytes:
        with _in_words(), open_regular(root / name) as file:
            return _read(file, first)

    yield read


@contextmanager
def _reading_zip(path: Path) -> Iterator[Read]:
    lock = threading.Lock()
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        members = _members(archive)

        def read(name: str, first: int | None = None) -> bytes:
            with _in_words(), lock, open_member(archive, members[name]) as member:
                return _read(member, first)

        yield read


READERS: Mapping[str, Callable[[Path], AbstractContextManager[Read]]] = {
    "folder": _reading_folder,
    "zip": _reading_zip,
}


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    return {_plain(info.filename): info for info in archive.infolist() if not info.is_dir()}


def _files_below(root: Path, found: _Sorted) -> Iterator[tuple[str, Path]]:
    """Yield name and path of the files that are wanted."""
    seen = set()

    def closed(error: OSError) -> None:
        found.pass_over("folders without read permission", str(error.filename))

    for folder, folders, files in os.walk(root, followlinks=True, onerror=closed):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            # A link that leads back to where the walk has been.
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for file in files:
            path = Path(folder, file)
            name = path.relative_to(root).as_posix()
            if found.wants(name):
                yield name, path
        folders[:] = [name for name in folders if not name.startswith(".")]


def _plain(name: str) -> str:
    # Some programs write "\", and an archive may not climb.
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _read(file: IO[bytes], first: int | None) -> bytes:
    return file.read(first) if first is not None else read_at_most(file, LARGEST_FILE_BYTES)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise UnreadablePictureError(why_unreadable(error)) from error
