"""MNIST-M: 59,001 training and 9,001 test images of MNIST's digits over photographs, RGB.

Channel by channel `|digit - patch|`, with patches of BSDS500: Ganin et al., 2016, arXiv:1505.07818,
section 5.2.1. The authors' archive has a .png of each image, and of each part a list of names and
labels. They give no checksum: this is that of pytorch-adapt, whose copy is the first route; the
second is the authors' own.
"""

import hashlib
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, final

import numpy as np

from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.data.files import workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.pictures import UnreadablePictureError, open_picture
from gan_lab.data.published import PublishedSplits
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.errors import DataError
from gan_lab.safe_reading import open_regular, read_at_most

ARCHIVE = "mnist_m.tar.gz"
ARCHIVE_MD5 = "859df31c91afe82e80e5012ba928f279"
MIRRORS = (
    "https://cornell.box.com/shared/static/jado7quprg6hzzdubvwzh9umr75damwi",
    "https://drive.google.com/uc?export=download&id=0B_tExHiYS-0veklUZHFYT19KYjg&confirm=t",
)
# Of those files, whatever folder they are in; others, such as those of operating systems, are not
# looked at.
PICTURE = re.compile(r"(?:.*/)?mnist_m_(train|test)/(\d+\.png)")
LABELS = re.compile(r"(?:.*/)?mnist_m_(train|test)_labels\.txt")
LARGEST_BYTES = 8 << 20  # more than any of them
CLASS_NAMES = [str(digit) for digit in range(10)]


@final
@dataclass(frozen=True, kw_only=True)
class MNISTM(PublishedSplits, ImageDataset):
    """Handwritten digits over photographs; classes are "0" to "9". Options: see `ImageDataset`.

    `split` is train, test, or valid, which is a part of train; train_without_valid is the rest.
    `dir` may hold mnist_m.tar.gz. Its pictures are brought to the size of MNIST's.
    """

    kept_as: ClassVar[str] = "mnist_m"

    size: int | tuple[int, int] = 28

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def fill(self, writer: store.Writer) -> None:
        """Take the first route that works."""
        folder = self.prepared.parent
        parts = first_that_works(
            "MNIST-M",
            [
                partial(_from_file, folder / ARCHIVE),
                *(partial(_from_mirror, mirror, folder) for mirror in MIRRORS),
            ],
            f"Put {ARCHIVE} into {folder}, or name its folder with data.dir=; data=mnist_cifar is "
            f"made by the same formula of MNIST and CIFAR-10.",
        )
        for split in ("train", "test"):
            writer.add_split(split, *parts[split])
        writer.add_class_names(CLASS_NAMES)


Parts = Mapping[str, tuple[np.ndarray, np.ndarray]]  # images (N, 3, H, W) and labels, by split


def _from_file(path: Path) -> Parts:
    if not path.is_file():
        raise UnavailableError(f"{path.parent} does not hold {ARCHIVE}")
    with open_regular(path) as file:
        found = hashlib.file_digest(file, "md5").hexdigest()
    if found != ARCHIVE_MD5:
        raise DataError(
            f"{path} is truncated or altered: its MD5 is not {ARCHIVE_MD5}; replace it, or delete "
            f"it to have it downloaded."
        )
    return read_archive(path)


def _from_mirror(mirror: str, folder: Path) -> Parts:
    check_reachable(mirror)
    with workspace(folder) as temporary:
        return read_archive(download(mirror, ARCHIVE_MD5, temporary))


def read_archive(path: Path) -> Parts:
    """Return the images and labels of both parts, in the order of their lists.

    Raises:
        DataError: the archive is damaged, or lacks a picture that a list names.
    """
    lists: dict[str, str] = {}
    pictures: dict[str, dict[str, np.ndarray]] = {"train": {}, "test": {}}
    try:
        for name, content in _files(path):
            if match := LABELS.fullmatch(name):
                lists[match[1]] = content.decode()
            elif match := PICTURE.fullmatch(name):
                with open_picture(content, formats=["PNG"]) as picture:
                    pixels = np.asarray(picture.convert("RGB"))
                pictures[match[1]][match[2]] = pixels.transpose(2, 0, 1)
        return {split: _in_order(lists[split], pictures[split]) for split in pictures}
    except (
        OSError, EOFError, ValueError, LookupError, tarfile.TarError, zlib.error,
        UnreadablePictureError,
    ) as error:  # fmt: skip
        raise DataError(f"{path} is no archive of MNIST-M ({error}); replace it.") from error


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of an archive that may be one of MNIST-M's."""
    with open_regular(path) as file, tarfile.open(fileobj=file, mode="r|gz") as archive:
        for member in archive:
            if member.isreg() and (PICTURE.fullmatch(member.name) or LABELS.fullmatch(member.name)):
                yield member.name, read_at_most(archive.extractfile(member), LARGEST_BYTES)


def _in_order(listed: str, pictures: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    lines = [line.split() for line in listed.splitlines() if line.strip()]
    labels = np.array([int(label) for _, label in lines])
    if not np.isin(labels, range(10)).all():
        raise ValueError("a label is no digit")
    return np.stack([pictures[name] for name, _ in lines]), labels
