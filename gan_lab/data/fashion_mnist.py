"""Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28x28, gray.

Source: H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking
machine learning algorithms, 2017, arXiv:1708.07747. MIT licence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, final

from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.data.idx_files import IdxFiles, content
from gan_lab.data.packages import apt_unpack
from gan_lab.data.published import PublishedSplits
from gan_lab.data.routes import UnavailableError

MD5 = {
    "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
}
COMPRESSED_MD5 = {
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
}
MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
CLASS_NAMES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
)  # fmt: skip
PACKAGE = "dataset-fashion-mnist"  # of Debian and Ubuntu
INSTALLED = "usr/share/datasets/fashion-mnist"


def from_package(folder: Path) -> Mapping[str, bytes]:
    """Return the four files of a Debian package."""
    unpacked = apt_unpack(PACKAGE, folder) / INSTALLED
    try:
        return {name: content(unpacked / f"{name}.gz") for name in MD5}
    except OSError as error:
        raise UnavailableError(f"the package {PACKAGE} does not hold the four files") from error


@final
@dataclass(frozen=True, kw_only=True)
class FashionMNIST(PublishedSplits, ImageDataset):
    """Clothes of ten kinds. Options: see `ImageDataset`.

    `split` is train, test, or valid, which is a part of train; train_without_valid is the rest.
    `dir` may hold the four raw files, compressed (.gz) or not, itself or in `FashionMNIST/raw/`;
    those of an installed package dataset-fashion-mnist are found, too.
    """

    kept_as: ClassVar[str] = "fashion_mnist"
    classifier: ClassVar[str] = "fashion_mnist_cnn"
    classifier_recipe: ClassVar[Mapping[str, Any]] = {"epochs": 16, "flip": True}
    files: ClassVar = IdxFiles(
        name="Fashion-MNIST",
        places=["FashionMNIST/raw", f"/{INSTALLED}"],
        md5=MD5,
        compressed_md5=COMPRESSED_MD5,
        mirrors=MIRRORS,
        package=PACKAGE,
        from_package=from_package,
        class_names=CLASS_NAMES,
    )

    size: int | tuple[int, int] = 28

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def fill(self, writer: store.Writer) -> None:
        """Take the first route that works."""
        self.files.fill(self.prepared.parent, writer)
