"""What MNIST and CIFAR-10 share: files known by their MD5, and the splits that papers use."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from gan_lab.data import store
from gan_lab.data.base import Images
from gan_lab.data.routes import UnavailableError
from gan_lab.data.select import last, without_last
from gan_lab.errors import DataError

VALID = 10_000  # the split "valid": the last images of train, as in Goodfellow et al., 2014
SPLITS = ("train", "test", "valid", "train_without_valid")


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
