"""What MNIST and CIFAR-10 share: files known by their MD5, and the splits that papers use."""

import hashlib
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from gan_lab.data import store
from gan_lab.data.base import Images, check_one_of
from gan_lab.data.files import data_folder
from gan_lab.data.routes import UnavailableError
from gan_lab.data.select import last, select_for, without_last
from gan_lab.errors import DataError

VALID = 10_000  # the split "valid": the last images of train, as in Goodfellow et al., 2014
SPLITS = ("train", "test", "valid", "train_without_valid")


class PublishedSplits(ABC):
    """Train and test of a set that is published once for all, kept in one file.

    To be named before `ImageDataset` among the bases of a class.

    Attributes:
        kept_as: the name of its folder, and of the file therein.
    """

    test_split: ClassVar[str] = "test"
    published: ClassVar[bool] = True
    kept_as: ClassVar[str]

    @abstractmethod
    def fill(self, writer: store.Writer) -> None:
        """Write the images of train and test, their labels, and the names of classes.

        Raises:
            DataError: no route to them is left, or their bytes are not the expected ones.
        """

    def check(self) -> None:
        """Refuse a split that is not there."""
        check_one_of("data.split", self.split, SPLITS)

    def prepare(self) -> None:
        """Make the file, unless it is there."""
        store.create_once(self.prepared, self.fill)

    def load(self) -> Images:
        """Return the split, mapped from the file as far as the options allow."""
        return select_for(self, read_published_split(self.prepared, self.split))

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder(self.kept_as, self.dir) / f"{self.kept_as}.safetensors"


def read_published_split(prepared: Path, split: str) -> Images:
    """Return one of `SPLITS` of a prepared file, which holds train and test."""
    if split in ("train", "test"):
        return store.read_split(prepared, split)
    part = last if split == "valid" else without_last
    return part(store.read_split(prepared, "train"), VALID)


def read_own_file(path: Path, checksum: str, read: Callable[[Path], bytes]) -> bytes:
    """Return what `read` finds in a file of the user's.

    Raises:
        DataError: it cannot be read, or its MD5 is not `checksum`.
    """
    try:
        content = read(path)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}); replace or delete it.") from error
    if md5(content) != checksum:
        raise DataError(
            f"{path} is truncated or altered: its MD5 is not {checksum}; replace it, or delete it "
            "to have it downloaded."
        )
    return content


def verified(
    files: Mapping[str, bytes], checksums: Mapping[str, str], source: str
) -> Mapping[str, bytes]:
    """Return the files that a route brought.

    Raises:
        UnavailableError: one of them has another MD5 than the published one.
    """
    for name, checksum in checksums.items():
        if md5(files[name]) != checksum:
            raise UnavailableError(f"{source} holds other bytes than the published {name}")
    return files


def md5(content: bytes) -> str:
    """Return the MD5, which is what the publishers give, in hexadecimal digits."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
