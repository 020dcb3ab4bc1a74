"""Where a task's files go, as `out=` says, and what they may take the place of.

One rule for all tasks: without `out=` nothing is overwritten, the next free name is taken; a file
that is typed is replaced if gan_lab wrote it, which a mark in it tells, and else refused.
"""

import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gan_lab.durable import claim_file, claim_folder, replacing
from gan_lab.errors import ConfigError
from gan_lab.safe_reading import FILE, FOLDER, kind_of

PROGRAM = "gan_lab"
ZIP_COMMENT = len(PROGRAM).to_bytes(2, "little") + PROGRAM.encode()
# In the first bytes of a picture, an animation, a page, a record, a classifier, and of a table as
# LaTeX, Markdown and CSV.
MARKS = (
    b"Software\0gan_lab",
    b"\x07gan_lab\0",
    b'<meta name="generator" content="gan_lab">',
    b'{\n  "software": "gan_lab"',
    b'{"__metadata__":{"classifier":',
    b"% Written by gan_lab",
    b"<!-- Written by gan_lab",
    b",checkpoint,spread,software\n",
)
HEAD, TAIL = 4096, len(ZIP_COMMENT)  # bytes


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Name the key to change where `out` cannot be written."""
    try:
        yield
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"out={out} cannot be written ({reason}). Name another place.") from error


def output_file(typed: str | None, default: str) -> Path:
    """Return the file to write, before time is spent on what goes into it.

    Args:
        typed: `out=`; None where nothing was typed.
        default: its name then, or with a number the next one that is free.

    Raises:
        ConfigError: it cannot be written, or something lies there that gan_lab did not write.
    """
    if typed is None:
        with writing(Path(default)):
            return next(path for path in _numbered(Path(default)) if claim_file(path))
    out = _path(typed)
    with writing(out):
        if kind_of(out) == FOLDER or typed.endswith("/"):
            raise ConfigError(f"out={out} is a folder; name a file, as in out={out / default}.")
        _check_parent(out)
    refuse_to_overwrite(out)
    return out


def output_folder(typed: str | None, default: str, names: Sequence[str]) -> Path:
    """Return the folder for a task's files, made now, before time is spent on them.

    Args:
        typed: `out=`; None where nothing was typed.
        default: its name then, or with a number the next one that is free.
        names: of the files that it will get.

    Raises:
        ConfigError: it cannot be made, or holds files of these names that gan_lab did not write.
    """
    if typed is None:
        with writing(Path(default)):
            return next(path for path in _numbered(Path(default)) if claim_folder(path))
    out = _path(typed)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(0, "Permission denied")
    for name in names:
        refuse_to_overwrite(out / name)
    return out


def empty_folder(typed: str | None, default: str) -> Path:
    """Return the folder for files of any names, made now.

    Args:
        typed: see `output_folder`.
        default: see there.

    Raises:
        ConfigError: it cannot be made, or holds something.
    """
    out = output_folder(typed, default, names=())
    if any(out.iterdir()):
        raise ConfigError(f"out={out} already holds files; name a new folder.")
    return out


def refuse_to_overwrite(path: Path) -> None:
    """Refuse to put a file where something lies that gan_lab did not write.

    Raises:
        ConfigError: that is so.
    """
    with writing(path):
        kind = kind_of(path)
        if kind == FILE and not _wrote(path):
            raise ConfigError(
                f"out={path} already exists and was not written by gan_lab. Name another file, or "
                f"move that one away."
            )
    if kind not in (None, FILE):
        raise ConfigError(f"out={path} is {kind}, not a file. Name another place.")


def write_picture(path: Path, picture: Image.Image) -> None:
    """Write a picture as a PNG file with gan_lab's mark."""
    mark = PngInfo()
    mark.add_text("Software", PROGRAM)
    with _replacing(path) as file:
        picture.save(file, "PNG", pnginfo=mark)


def write_animation(path: Path, pictures: Sequence[Image.Image], milliseconds: int) -> None:
    """Write pictures as an endless GIF file with gan_lab's mark, each shown for so long."""
    first, *others = pictures
    with _replacing(path) as file:
        first.save(file, "GIF", save_all=True, append_images=others, duration=milliseconds, loop=0,
                   comment=PROGRAM.encode())  # fmt: skip


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as an .npz file, which numpy reads, with gan_lab's mark."""
    with _replacing(path) as file:
        np.savez_compressed(file, **arrays)
        # The comment is the end of a zip file, behind its length, which was 0.
        file.seek(-2, os.SEEK_END)
        file.write(ZIP_COMMENT)


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write plain data as JSON with gan_lab's mark."""
    text = json.dumps({"software": PROGRAM, **record}, indent=2)
    with _replacing(path) as file:
        file.write(f"{text}\n".encode())


def write_pictures(folder: Path, pictures: Mapping[str, Image.Image]) -> None:
    """Write each picture as `NAME.png` into the folder."""
    for name, picture in pictures.items():
        write_picture(folder / f"{name}.png", picture)


def write_arrays(folder: Path, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write the arrays as `NAME.npz` into the folder."""
    write_npz(folder / f"{name}.npz", arrays)


@contextmanager
def _replacing(path: Path) -> Iterator[Any]:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            yield file


def _path(typed: str) -> Path:
    if not typed.strip():
        raise ConfigError(f"out={typed!r} is empty. Name a file or folder, or leave out= out.")
    return Path(typed).expanduser()


def _numbered(path: Path) -> Iterator[Path]:
    """Return the path, then others with a number behind the name, as in samples-2.png."""
    yield path
    for number in itertools.count(2):
        yield path.with_stem(f"{path.stem}-{number}")


def _check_parent(out: Path) -> None:
    existing = next(folder for folder in out.absolute().parents if folder.exists())
    if not existing.is_dir():
        raise NotADirectoryError(0, f"{existing} is not a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise PermissionError(0, f"{existing} may not be written to")


def _wrote(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(path.stat().st_size - TAIL, 0))
        tail = file.read(TAIL)
    return any(mark in head for mark in MARKS) or (head[:2] == b"PK" and tail == ZIP_COMMENT)
