"""The user's own images: a folder, a zip archive, a numpy .npz file, or a single picture.

Splits and classes are read off folders or a file of labels; docs/data.md shows which layouts are
known. Everything is brought to one size and kept in the cache, under a key of the names, sizes,
times and options, so that a changed folder is prepared anew.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np

from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.decoding import Found, decoded, extent_of
from gan_lab.data.files import data_folder, is_passing
from gan_lab.data.folder_captions import add_captions
from gan_lab.data.image_containers import Selection, Source, open_source
from gan_lab.data.parts import remove_parts
from gan_lab.data.passed_over import by_reason, passed_over, some_of
from gan_lab.data.progress import say, say_once
from gan_lab.data.resizing import Fitting, colour_of
from gan_lab.data.select import select_for
from gan_lab.errors import ConfigError, DataError
from gan_lab.plurals import counted
from gan_lab.ranges import Range

SPLITS = ("train", "valid", "test", "all")
CLASSES_SHOWN = 10
ORIGINALS_KEPT = 10
ALL_BITS = "; data.range=type takes all bits"
# To be raised when the same files and options make other images.
VERSION = 4


@final
@dataclass(frozen=True, kw_only=True)
class Folder(ImageDataset):
    """Images of the user's own.

    Attributes:
        dir: a folder or a .zip of pictures, a picture, or an .npz with `images` (uint8;
            `(N, H, W)`, `(N, H, W, C)` or `(N, C, H, W)`) and optionally `labels` and
            `class_names`; what is made from it is kept in the cache.
        split: train, valid, test or all; images that are not divided are train.
        labels: where classes come from: folder, file (dataset.json, metadata.jsonl or .csv), none,
            or auto, which tries a file first and takes numbered folders for parts of one heap.
        level: which folder is the class, counted below wrappers and splits.
        size: height and width in pixels; pictures are scaled and cut to it.
        crop: center or random: scaled until the size is covered, then cut at the centre or at a
            place drawn once for each picture; none: scaled to the size, whatever the proportions.
        channels: 1 for gray, 3 for RGB, 4 for RGB and opacity.
        background: what shows through transparent places with fewer than 4 channels: a word,
            #rrggbb, or red, green and blue from 0 to 255.
        range: what is white in pictures of more than 8 bits per channel: auto measures it once for
            all of them; type takes the largest number that the type holds.
        on_bad_image: what to do about unreadable files: skip (and count them) or refuse.
    """

    by_class: ClassVar[bool] = True

    size: int | tuple[int, int] = 32
    channels: Literal[1, 3, 4] = 3
    labels: Literal["auto", "folder", "file", "none"] = "auto"
    level: Annotated[int, Range(1, 100)] = 1
    crop: Literal["center", "random", "none"] = "center"
    background: str | tuple[int, int, int] = "white"
    range: Literal["auto", "type"] = "auto"
    on_bad_image: Literal["skip", "refuse"] = "skip"

    @property
    def read_others_with(self) -> Mapping[str, Any]:
        """The same crop, background and range, as far as they go for images of any size."""
        crop = "none" if self.crop == "none" else "center"
        return {"crop": crop, "background": self.background, "range": self.range}

    def check(self) -> None:
        """Refuse a missing folder, an unknown split, and what is no colour."""
        check_one_of("data.split", self.split, SPLITS)
        object.__setattr__(self, "background", _checked_colour(self.background))
        if self.dir is None:
            raise ConfigError(
                "data.dir=null: data=folder needs your images; name a folder, a .zip or an .npz "
                "with data.dir=."
            )

    def prepare(self) -> None:
        """Decode every image into the cache, unless nothing has changed since the last time.

        What the place was understood to hold is said each time.
        """
        notes = self.prepared_notes()
        if os.environ.get("LOCAL_RANK", "0") == "0" and not is_passing(Path(self.dir)):
            for line in notes:
                say_once(f"{self.dir}: {line}")

    def prepared_notes(self) -> list[str]:
        """Prepare without a word, and return what there is to say.

        Which images and classes there are, then what was measured and what was passed over, if any.
        """
        source = self._source()
        path = self._file(source)
        store.create_once(path, lambda writer: self._fill(writer, source, path))
        remove_parts(path)
        return store.read_notes(path)

    @property
    def originals(self) -> dict[str, int]:
        """How many of the files' images are of each size and kind, such as "218x178 RGB".

        The most frequent ones, after `prepare`.
        """
        return store.read_originals(self.prepared)

    @property
    def names(self) -> list[str]:
        """What the place calls the images of this split, readable or not, in order."""
        with self._selection(self._source()).opened() as items:
            return [item.name for item in items]

    @property
    def class_counts(self) -> dict[str, int]:
        """How many images of each class there are in this split, after `prepare`."""
        images = store.read_split(self.prepared, "chosen")
        if images.labels is None:
            return {}
        labelled = images.labels[images.labels >= 0]
        counts = labelled.bincount(minlength=len(images.class_names)).tolist()
        return dict(zip(images.class_names, counts, strict=True))

    def load(self) -> Images:
        """Return the images, mapped from the cache as far as the options allow."""
        images = store.read_split(self.prepared, "chosen")
        return select_for(self, images)

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`; which file it is depends on what the folder holds now."""
        return self._file(self._source())

    def _source(self) -> Source:
        return open_source(Path(self.dir).expanduser().absolute())

    def _selection(self, source: Source) -> Selection:
        return source.select(split=self.split, labels=self.labels, level=self.level)

    def _file(self, source: Source) -> Path:
        options = [VERSION, self.split, self.image_shape, self.labels, self.level, self.crop]
        options += [self.background, self.range, self.on_bad_image]
        options += ["text"] if self.condition == "text" else []
        key = hashlib.sha256(json.dumps([source.fingerprint, options]).encode()).hexdigest()[:16]
        home = data_folder("folder")
        if is_passing(own := Path(self.dir).expanduser().absolute()):
            home = own.parent
        return home / f"{key}.safetensors"

    def _fill(self, writer: store.Writer, source: Source, path: Path) -> None:
        selection = self._selection(source)
        if not is_passing(Path(self.dir)):
            say(f"preparing {counted(selection.count, 'image')} from {self.dir}")
        fitting, measured = self._fitting(selection)
        found = Found()
        found.pass_over({reason: names for reason, names in selection.passed.items() if names})
        writer.add("chosen.images", self._blocks(selection, fitting, found, path))
        if selection.class_names:
            writer.add("chosen.labels", [np.array(found.labels, np.int64)])
            writer.add_class_names(selection.class_names)
        if self.condition == "text":
            add_captions(writer, found.captions, place=self.dir)
        passed = passed_over(found.passed, len(found.labels))
        known = [self._understood(selection, found.labels), measured, passed]
        writer.add_notes(
            list(filter(None, known)), dict(found.originals.most_common(ORIGINALS_KEPT))
        )

    def _fitting(self, selection: Selection) -> tuple[Fitting, str]:
        """Return how to bring the pictures to one shape, and what was measured for it."""
        _, height, width = self.image_shape
        fitting = Fitting(height, width, self.channels, self.crop, self.background)
        if self.range == "type":
            return fitting, ""
        extent = extent_of(selection)
        said = f"pictures of more than 8 bits: {extent}{ALL_BITS}"
        return fitting.with_white(extent.white()), said if str(extent) else ""

    def _blocks(
        self, selection: Selection, fitting: Fitting, found: Found, path: Path
    ) -> Iterator[np.ndarray]:
        """Yield uint8 `(n, C, H, W)` of the readable images; `found` gets what is known of them."""
        yield from decoded(selection, fitting, found, self._refuse, path)
        if not found.labels:
            raise DataError(
                f"data.dir={self.dir}: none of {selection.count:,} images can be read: "
                f"{by_reason(found.passed)}. Name a folder of pictures."
            )

    def _refuse(self, name: str, reason: str) -> None:
        """Refuse a picture that cannot be read, unless such ones are skipped."""
        if self.on_bad_image == "refuse":
            raise DataError(
                f"data.dir={self.dir}: {name} cannot be read ({reason}); repair or remove it, "
                "or set data.on_bad_image=skip."
            )

    def _understood(self, selection: Selection, labels: Sequence[int]) -> str:
        """Return in words how many images of which classes there are, and in which split."""
        names = selection.class_names
        count = counted(len(labels), "image")
        if names:
            shown = ", ".join(names[:CLASSES_SHOWN]) + ", ..." * (len(names) > CLASSES_SHOWN)
            count += f" of {counted(len(names), 'class', 'classes')} ({shown}), {selection.why}"
            kinds = Counter(labels)
            count += f", {kinds[-1]:,} without a label" if kinds[-1] else ""
            missing = [name for label, name in enumerate(names) if label not in kinds]
            count += f", no image of {some_of(missing)}" if 0 < len(missing) < len(names) else ""
        else:
            count += f" without labels ({selection.why})"
        others = [
            f"{name} has {selection.splits[name]:,}"
            for name in SPLITS
            if name in selection.splits and name != self.split
        ]
        split = f", split {self.split}" if selection.splits else ""
        beside = f" ({', '.join(others)})" if others else ""
        return f"{count}{split}{beside}"


def _checked_colour(colour: object) -> tuple[int, int, int]:
    try:
        parts = colour_of(colour) if isinstance(colour, str) else tuple(colour)
    except (ValueError, TypeError):
        parts = ()
    if len(parts) == 3 and all(isinstance(part, int) and 0 <= part <= 255 for part in parts):
        return parts
    raise ConfigError(
        f"data.background={colour} is not a colour; take a word such as black, '#rrggbb', or red, "
        f"green and blue from 0 to 255, such as [128, 128, 128]."
    )
