"""MNIST in black and white as Larochelle's files have it, on which published likelihoods are.

Source: H. Larochelle, I. Murray: The neural autoregressive distribution estimator, AISTATS (2011);
each pixel was drawn once, as in R. Salakhutdinov, I. Murray, ICML (2008). A line of 784 digits, 0
or 1, is an image: 50,000 to train on, 10,000 to choose by, and 10,000 to test. They have no labels.
The SHA-256 are those that TensorFlow Datasets checks.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, final

import numpy as np

from gan_lab.data import published, store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.files import data_folder, workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.data.select import select
from gan_lab.errors import ConfigError, DataError
from gan_lab.safe_reading import read_file

SHA256 = {
    "binarized_mnist_train.amat": (
        "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"
    ),
    "binarized_mnist_valid.amat": (
        "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"
    ),
    "binarized_mnist_test.amat": (
        "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"
    ),
}
MIRRORS = ("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/",)
SIDE = 28
LARGEST_BYTES = 256 << 20


@final
@dataclass(frozen=True, kw_only=True)
class BinarisedMNIST(ImageDataset):
    """Digits in black and white, drawn once by Larochelle. Options: see `ImageDataset`.

    `split` is train_without_valid (50,000 images, which the papers train on), valid, test, or train
    (both of the first). `dir` may hold the three files.
    """

    test_split: ClassVar[str] = "test"
    published: ClassVar[bool] = True

    split: str = "train_without_valid"
    size: int | tuple[int, int] = SIDE
    binarise: str = "fixed"

    @property
    def channels(self) -> int:
        """Black and white."""
        return 1

    def check(self) -> None:
        """Refuse a split that is not there, and what would need other draws or gray pixels."""
        check_one_of("data.split", self.split, published.SPLITS)
        if self.size != SIDE:
            raise ConfigError(
                f"data.size={self.size} is not possible: the images of data=binarised_mnist have "
                f"{SIDE} pixels a side, and of another size they would be gray."
            )
        if self.binarise != "fixed":
            raise ConfigError(
                f"data.binarise={self.binarise} is not possible: data=binarised_mnist was "
                "binarised once, by others. Leave it out, or choose data=mnist."
            )

    def prepare(self) -> None:
        """Make binarised_mnist.safetensors by the first route that works, unless it is there."""
        store.create_once(self.prepared, self._fill)

    def load(self) -> Images:
        """Return the split, mapped from its file as far as the options allow."""
        images = published.read_published_split(self.prepared, self.split)
        return select(images, classes=self.classes, limit=self.limit, size=(SIDE, SIDE))

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder("binarised_mnist", self.dir) / "binarised_mnist.safetensors"

    def _fill(self, writer: store.Writer) -> None:
        folder = self.prepared.parent
        train, valid, test = first_that_works(
            "Larochelle's binarised MNIST",
            [
                partial(_from_files, folder),
                *(partial(_from_mirror, mirror, folder) for mirror in MIRRORS),
            ],
            f"Put {', '.join(SHA256)} into {folder}, or name their folder with data.dir=; "
            "data=mnist data.binarise=fixed has other draws of the same probabilities.",
        ).values()
        writer.add("train.images", [train, valid])
        writer.add("test.images", [test])


Parts = Mapping[str, np.ndarray]  # images (N, 1, 28, 28), 0 or 255, by the name of their file


def _from_files(folder: Path) -> Parts:
    missing = [name for name in SHA256 if not (folder / name).is_file()]
    if len(missing) == len(SHA256):
        raise UnavailableError(f"{folder} does not hold {missing[0]}")
    if missing:
        raise DataError(f"{folder} lacks {' and '.join(missing)}; put all three files there.")
    parts = {}
    for name, expected in SHA256.items():
        content = _read(folder / name)
        if hashlib.sha256(content).hexdigest() != expected:
            raise DataError(
                f"{folder / name} is truncated or altered: its SHA-256 is not {expected}; replace "
                "it, or delete all three to have them downloaded."
            )
        parts[name] = images_of(content)
    return parts


def _read(path: Path) -> bytes:
    try:
        return read_file(path, LARGEST_BYTES)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}); replace or delete it.") from error


def _from_mirror(mirror: str, folder: Path) -> Parts:
    check_reachable(f"{mirror}{next(iter(SHA256))}")
    with workspace(folder) as temporary:
        return {
            name: images_of(download(f"{mirror}{name}", expected, temporary, "sha256").read_bytes())
            for name, expected in SHA256.items()
        }


def images_of(content: bytes) -> np.ndarray:
    """Return the images of a file whose checksum is right, uint8 `(N, 1, 28, 28)`, 0 or 255."""
    digits = np.frombuffer(content, np.uint8)[::2]  # behind each a blank, or the end of the line
    return (255 * (digits == ord("1")).astype(np.uint8)).reshape(-1, 1, SIDE, SIDE)
