"""The user's own images: a folder, a zip archive, or a numpy .npz file.

Sub-folders become labels. Everything is brought to one size and kept in the cache, under a key of
the names, sizes, times and options, so that a changed folder is prepared anew.
"""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from os import cpu_count
from pathlib import Path
from typing import final

import numpy as np

from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.files import data_folder
from gan_lab.data.progress import bar, say
from gan_lab.data.select import select
from gan_lab.data.sources import Item, Source, open_source
from gan_lab.errors import ConfigError, DataError

# Few enough to hold in memory at any size, enough to keep the threads busy.
BLOCK = 256
THREADS = min(8, cpu_count() or 1)
NAMES_SHOWN = 3


@final
@dataclass(frozen=True, kw_only=True)
class Folder(ImageDataset):
    """Images of the user's own; the only split is train.

    Attributes:
        dir: a folder or a .zip of PNG, JPEG, WEBP, BMP, PPM or PGM files, or an .npz with `images`
            (uint8; `(N, H, W)`, `(N, H, W, C)` or `(N, C, H, W)`) and optionally `labels` and
            `class_names`; what is made from it is kept in the cache.
        size: pictures are scaled until they cover this, then the centre is cut out.
        channels: 1 for gray, 3 for RGB.
        on_bad_image: what to do about unreadable files: skip (and name them) or refuse.
    """

    size: int | tuple[int, int] = 32
    channels: int = 3
    on_bad_image: str = "skip"

    def check(self) -> None:
        """Refuse a missing folder and choices that are none."""
        check_one_of("data.split", self.split, ("train",))
        check_one_of("data.channels", self.channels, (1, 3))
        check_one_of("data.on_bad_image", self.on_bad_image, ("skip", "refuse"))
        if self.dir is None:
            raise ConfigError(
                "data.dir=null: data=folder needs your images; name a folder, a .zip or an .npz "
                "with data.dir=."
            )

    def prepare(self) -> None:
        """Decode every image into the cache, unless nothing has changed since the last time."""
        source = open_source(Path(self.dir).expanduser().absolute())
        store.create_once(self._file(source), lambda writer: self._fill(writer, source))

    def load(self) -> Images:
        """Return the images, mapped from the cache as far as the options allow."""
        images = store.read_split(self.prepared, "train")
        return select(images, classes=self.classes, limit=self.limit, size=self.image_shape[1:])

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`; which file it is depends on what the folder holds now."""
        return self._file(open_source(Path(self.dir).expanduser().absolute()))

    def _file(self, source: Source) -> Path:
        options = [self.size, self.channels, self.on_bad_image]
        key = hashlib.sha256(json.dumps([source.fingerprint, options]).encode()).hexdigest()[:16]
        return data_folder("folder") / f"{key}.safetensors"

    def _fill(self, writer: store.Writer, source: Source) -> None:
        say(f"preparing {source.count} images from {self.dir}")
        labels: list[int] = []
        writer.add("train.images", self._blocks(source, labels))
        if source.class_names:
            writer.add("train.labels", [np.array(labels, np.int64)])
            writer.add_class_names(source.class_names)

    def _blocks(self, source: Source, labels: list[int]) -> Iterator[np.ndarray]:
        """Yield uint8 `(n, C, H, W)` of the readable images, and append their labels."""
        skipped: list[str] = []
        with source.opened() as opened, ThreadPoolExecutor(THREADS) as threads:
            items = iter(bar(opened, total=source.count, unit="image"))
            while chunk := list(islice(items, BLOCK)):
                good = []
                for item, pixels in zip(chunk, threads.map(self._decoded, chunk), strict=True):
                    if pixels is None:
                        skipped.append(item.name)
                    else:
                        good.append(pixels)
                        labels.append(item.label)
                if good:
                    yield np.stack(good)
        names = ", ".join(skipped[:NAMES_SHOWN]) + (", ..." if len(skipped) > NAMES_SHOWN else "")
        if not labels:
            raise DataError(
                f"data.dir={self.dir}: none of {source.count} images can be read ({names}); name a "
                "folder of pictures."
            )
        if skipped:
            say(f"skipped {len(skipped)} of {source.count} images, unreadable: {names}")

    def _decoded(self, item: Item) -> np.ndarray | None:
        try:
            return item.pixels(self.image_shape[1:], self.channels)
        except Exception as error:  # Damaged pictures make Pillow fail in many ways.
            if self.on_bad_image == "skip":
                return None
            raise DataError(
                f"data.dir={self.dir}: {item.name} cannot be read ({error}); repair or remove it, "
                "or set data.on_bad_image=skip."
            ) from error
