"""Images in a numpy .npz file, read row by row, whatever its headers say."""

import io
import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from gan_lab.data.folder_or_zip import state_of
from gan_lab.errors import DataError
from gan_lab.safe_reading import open_member, open_regular

CHANNELS = (1, 3, 4)
# What is unpacked in memory at once: a row, the labels, or all images that are stored column by
# column. A small archive can hold many gigabytes of zeros.
LARGEST_BYTES = 256 << 20
LARGEST_HEADER_BYTES = 1 << 16


@dataclass(frozen=True)
class Arrays:
    """What an .npz file holds, the images aside.

    Attributes:
        path: the file.
        count: the number of images.
        class_names: one word per class; empty without labels.
        labels: an index into them for each image, or -1.
    """

    path: Path
    count: int
    class_names: tuple[str, ...]
    labels: list[int]

    @property
    def fingerprint(self) -> list:
        """Numbers and words that differ when the file changed."""
        return [str(self.path), *state_of(self.path.stat())]

    def images(self) -> Iterator[np.ndarray]:
        """Yield each image, uint8 `(H, W)` or `(H, W, C)`, holding one in memory.

        Raises:
            Exception: of those that zipfile and numpy raise over damage.
        """
        with _opened(self.path) as archive, open_member(archive, "images.npy") as file:
            shape, _, first_fastest = _read_header(file)
            if first_fastest:
                content = _read_exactly(file, math.prod(shape))
                yield from map(_channels_last, np.ndarray(shape, np.uint8, content, order="F"))
                return
            for _ in range(shape[0]):
                content = _read_exactly(file, math.prod(shape[1:]))
                yield _channels_last(np.ndarray(shape[1:], np.uint8, content))


def arrays_at(path: Path) -> Arrays:
    """Look into an .npz file without unpacking its images.

    Raises:
        DataError: it holds no images, or labels that do not belong to them.
        Exception: of those that zipfile and numpy raise over damage.
    """
    with _opened(path) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        if "images" not in names:
            raise DataError(
                f"data.dir={path} has no array 'images'; it has {', '.join(names)}. Save the "
                "pictures under that name, as in numpy.savez(file, images=pictures)."
            )
        with open_member(archive, "images.npy") as file:
            shape, dtype, _ = _read_header(file)
        labels = _read_array(archive, "labels") if "labels" in names else None
        class_names = _read_array(archive, "class_names") if "class_names" in names else None
    if 0 in shape:
        raise DataError(f"data.dir={path}: 'images' {shape} holds no pixels; name another file.")
    if dtype != np.uint8 or len(shape) not in (3, 4):
        raise DataError(
            f"data.dir={path}: 'images' is {dtype} {shape}; it must be uint8 of the shape "
            "(N, H, W), (N, H, W, C) or (N, C, H, W), 0 for black and 255 for white."
        )
    if len(shape) == 4 and shape[3] not in CHANNELS and shape[1] not in CHANNELS:
        raise DataError(f"data.dir={path}: 'images' {shape} has neither 1 nor 3 nor 4 channels.")
    return Arrays(path, shape[0], *_named(path, labels, class_names, shape[0]))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


def _channels_last(image: np.ndarray) -> np.ndarray:
    if image.ndim == 3 and image.shape[2] not in CHANNELS:
        image = image.transpose(1, 2, 0)
    return image[:, :, 0] if image.ndim == 3 and image.shape[2] == 1 else image


def _named(
    path: Path, labels: np.ndarray | None, class_names: np.ndarray | None, count: int
) -> tuple[tuple[str, ...], list[int]]:
    if labels is None:
        return (), [-1] * count
    if labels.shape != (count,) or labels.dtype.kind not in "iu" or int(labels.min()) < -1:
        raise DataError(
            f"data.dir={path}: 'labels' is {labels.dtype} {labels.shape}; it must hold one whole "
            f"number per image ({count}), counted from 0, or -1 for none."
        )
    if class_names is None:
        # Numbers that no image has are no classes.
        present, places = np.unique(labels, return_inverse=True)
        missing = int(present[0] == -1)
        return tuple(str(number) for number in present[missing:]), (places - missing).tolist()
    if class_names.ndim != 1:
        raise DataError(
            f"data.dir={path}: 'class_names' has the shape {class_names.shape}; it must be a list "
            f"of one word per class."
        )
    if class_names.dtype.kind == "S":
        class_names = np.char.decode(class_names, errors="backslashreplace")
    names = tuple(str(name) for name in class_names)
    if int(labels.max()) >= len(names):
        raise DataError(f"data.dir={path}: the label {labels.max()} in 'labels' has no class name.")
    return names, labels.tolist()


def _read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with open_member(archive, f"{name}.npy") as file:
        shape, dtype, first_fastest = _read_header(file)
        if dtype.hasobject:
            raise ValueError(f"{name} holds Python objects, not numbers or words")
        content = _read_exactly(file, math.prod(shape) * dtype.itemsize)
    return np.ndarray(shape, dtype, content, order="F" if first_fastest else "C")


def _read_exactly(file: IO[bytes], size: int) -> bytes:
    """Return so many bytes, counted as they come: the header may announce more than there is."""
    if not 0 <= size <= LARGEST_BYTES:
        raise ValueError(f"{file.name} is larger than {LARGEST_BYTES >> 20} MiB")
    content = io.BytesIO()
    while content.tell() < size and (block := file.read(min(1 << 16, size - content.tell()))):
        content.write(block)
    if content.tell() < size:
        raise ValueError(f"{file.name} is shorter than its header says")
    return content.getvalue()


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype, bool]:
    """Return shape, type and whether the first index is fastest."""
    version = npy.read_magic(file)
    length = file.read(2 if version == (1, 0) else 4)
    size = int.from_bytes(length, "little")
    if size > LARGEST_HEADER_BYTES:
        raise ValueError(f"its header is larger than {LARGEST_HEADER_BYTES >> 10} KiB")
    header = io.BytesIO(length + file.read(size))
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, first_fastest, dtype = read(header)
    if any(side < 0 for side in shape):
        raise ValueError(f"its header says that it has the shape {shape}")
    return shape, dtype, first_fastest
