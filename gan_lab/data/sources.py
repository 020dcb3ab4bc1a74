"""Where the user's images come from: a folder, a zip archive or an .npz file, seen as one list."""

import math
import os
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from PIL import Image

from gan_lab.bounded import open_member, read_at_most
from gan_lab.data.pictures import ENDINGS, decode, fitted
from gan_lab.errors import DataError

# What is unpacked in memory at once: a picture out of a zip archive, or a row or the labels out of
# an .npz. No honest one is larger; a small archive can hold many gigabytes of zeros.
LARGEST_MEMBER_BYTES = 256 << 20
TOO_LARGE = f"is larger than {LARGEST_MEMBER_BYTES >> 20} MiB"
CHANNELS = (1, 3, 4)
# What numpy and zipfile raise over files that are truncated, altered, encrypted or something else.
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


@dataclass(frozen=True)
class Item:
    """One image that may turn out to be unreadable.

    Attributes:
        name: how messages call it.
        label: index of its class, or -1.
        pixels: `pixels(size, channels)` decodes it to uint8 `(channels, *size)`, or raises.
    """

    name: str
    label: int
    pixels: Callable[[tuple[int, int], int], np.ndarray]


@dataclass(frozen=True)
class Source:
    """All images of a place.

    Attributes:
        fingerprint: numbers and words that differ when the place or anything in it changed.
        class_names: one word per class; empty without labels.
        count: the number of items.
        opened: a context that yields them one after another; they are readable inside it only.
    """

    fingerprint: list
    class_names: tuple[str, ...]
    count: int
    opened: Callable[[], AbstractContextManager[Iterator[Item]]]


def open_source(path: Path) -> Source:
    """Look what is at `path`, without decoding anything.

    Raises:
        DataError: there is nothing, or nothing that holds images.
    """
    if not path.exists():
        raise DataError(f"data.dir={path} does not exist; name a folder, a .zip or an .npz.")
    try:
        if path.is_dir():
            return _open_folder(path)
        if path.suffix.lower() == ".npz":
            return _open_npz(path)
        if path.suffix.lower() == ".zip":
            return _open_zip(path)
    except DAMAGE as error:
        raise _damaged(path, error) from error
    raise DataError(f"data.dir={path} is neither a folder nor a .zip nor an .npz.")


def _open_folder(root: Path) -> Source:
    paths = sorted(_walk(root))
    names = [path.relative_to(root).as_posix() for path in paths]
    if not names:
        raise _no_images(root)
    class_names, labels = _labels_of(names)
    stats = [path.stat() for path in paths]
    listing = [
        [name, stat.st_size, stat.st_mtime_ns] for name, stat in zip(names, stats, strict=True)
    ]

    def items() -> Iterator[Item]:
        for path, name, label in zip(paths, names, labels, strict=True):
            yield Item(name, label, partial(decode, path))

    return Source([str(root), listing], class_names, len(names), lambda: nullcontext(items()))


def _open_zip(path: Path) -> Source:
    with zipfile.ZipFile(path) as archive:
        members = sorted(name for name in archive.namelist() if _is_picture(name))
    if not members:
        raise _no_images(path)
    class_names, labels = _labels_of(_without_wrapper(members))

    @contextmanager
    def opened() -> Iterator[Iterator[Item]]:
        lock = threading.Lock()
        with zipfile.ZipFile(path) as archive:

            def read(member: str) -> bytes:
                with lock, open_member(archive, member) as file:
                    return read_at_most(file, LARGEST_MEMBER_BYTES)

            yield (
                Item(member, label, _decoder(partial(read, member)))
                for member, label in zip(members, labels, strict=True)
            )

    return Source(_file_fingerprint(path), class_names, len(members), opened)


def _open_npz(path: Path) -> Source:
    _refuse_large_members(path)
    with np.load(path, allow_pickle=False) as arrays:
        if "images" not in arrays:
            raise DataError(f"data.dir={path} has no array 'images'; it has {', '.join(arrays)}.")
        labels = arrays.get("labels")
        class_names = arrays.get("class_names")
    shape, dtype, _ = _npy_header(path)
    if dtype != np.uint8 or len(shape) not in (3, 4) or min(shape) < 1:
        raise DataError(
            f"data.dir={path}: 'images' is {dtype} {shape}; it must be uint8 of the shape "
            "(N, H, W), (N, H, W, C) or (N, C, H, W)."
        )
    if len(shape) == 4 and shape[3] not in CHANNELS and shape[1] not in CHANNELS:
        raise DataError(f"data.dir={path}: 'images' {shape} has neither 1 nor 3 nor 4 channels.")
    names, labels = _npz_labels(path, labels, class_names, shape[0])

    def items() -> Iterator[Item]:
        try:
            for index, image in enumerate(_stream_rows(path)):
                yield Item(f"images[{index}]", labels[index], _converter(image))
        except DAMAGE as error:
            raise _damaged(path, error) from error

    return Source(_file_fingerprint(path), names, shape[0], lambda: nullcontext(items()))


def _decoder(read: Callable[[], bytes]) -> Callable[[tuple[int, int], int], np.ndarray]:
    return lambda size, channels: decode(read(), size, channels)


def _converter(image: np.ndarray) -> Callable[[tuple[int, int], int], np.ndarray]:
    if image.ndim == 3 and image.shape[2] not in CHANNELS:
        image = image.transpose(1, 2, 0)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    return lambda size, channels: fitted(
        Image.fromarray(np.ascontiguousarray(image)), size, channels
    )


def _walk(root: Path) -> Iterator[Path]:
    seen = set()
    for folder, folders, files in os.walk(root, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            # A link that leads back to where the walk has been.
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in files if _is_picture(name))


def _is_picture(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in ENDINGS and not hidden


def _labels_of(names: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """Class names and labels from the first folder in each name; -1 for files outside of any."""
    folders = [PurePosixPath(name).parts[0] if "/" in name else None for name in names]
    class_names = tuple(sorted({folder for folder in folders if folder is not None}))
    indices = {name: index for index, name in enumerate(class_names)}
    return class_names, [indices.get(folder, -1) for folder in folders]


def _without_wrapper(members: Sequence[str]) -> list[str]:
    # Archives usually wrap everything in one folder, which says nothing about classes.
    first = {PurePosixPath(member).parts[0] for member in members}
    if len(first) == 1 and all("/" in member for member in members):
        return [member.split("/", 1)[1] for member in members]
    return list(members)


def _npz_labels(
    path: Path, labels: np.ndarray | None, class_names: np.ndarray | None, count: int
) -> tuple[tuple[str, ...], list[int]]:
    if labels is None:
        return (), [-1] * count
    if labels.shape != (count,) or labels.dtype.kind not in "iu" or labels.min() < -1:
        raise DataError(
            f"data.dir={path}: 'labels' is {labels.dtype} {labels.shape}; it must hold one whole "
            f"number per image ({count}), counted from 0, or -1 for none."
        )
    highest = int(labels.max())
    if class_names is None and highest < count:
        class_names = np.arange(highest + 1)
    names = () if class_names is None else tuple(str(name) for name in class_names)
    if highest >= len(names):
        raise DataError(f"data.dir={path}: the label {highest} in 'labels' has no class name.")
    return names, labels.tolist()


def _refuse_large_members(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            # The images are read row by row.
            if member.filename != "images.npy" and member.file_size > LARGEST_MEMBER_BYTES:
                raise ValueError(f"{member.filename} {TOO_LARGE}")


def _npy_header(path: Path) -> tuple[tuple[int, ...], np.dtype, bool]:
    """Shape, type and whether the first index is fastest, of `images`, from its first bytes."""
    with zipfile.ZipFile(path) as archive, archive.open("images.npy") as file:
        return _read_header(file)


def _read_header(file: BinaryIO) -> tuple[tuple[int, ...], np.dtype, bool]:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, first_fastest, dtype = read(file)
    return shape, dtype, first_fastest


def _stream_rows(path: Path) -> Iterator[np.ndarray]:
    """Pass over `images` one by one, holding one in memory, as far as its layout permits."""
    with zipfile.ZipFile(path) as archive, archive.open("images.npy") as file:
        shape, _, first_fastest = _read_header(file)
        if not first_fastest:
            row_bytes = math.prod(shape[1:])
            if row_bytes > LARGEST_MEMBER_BYTES:
                raise ValueError(f"one image {TOO_LARGE}")
            for _ in range(shape[0]):
                yield np.frombuffer(file.read(row_bytes), np.uint8).reshape(shape[1:])
            return
    with np.load(path, allow_pickle=False) as arrays:
        yield from arrays["images"]


def _file_fingerprint(path: Path) -> list:
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(f"data.dir={path} cannot be read: {str(error) or type(error).__name__}.")


def _no_images(path: Path) -> DataError:
    kinds = ", ".join(ending[1:].upper() for ending in ENDINGS)
    return DataError(f"data.dir={path} holds no image; the formats read are {kinds}.")
