"""Emoji: the same symbols as drawn by several vendors, 64x64, RGB, on white.

Pictures and their list: C. Henderson, iamcal/emoji-data, release 16.0.0. Google's (Noto) are under
the Apache licence 2.0, Twitter's (Twemoji) under CC BY 4.0; Apple's and Facebook's are not free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.domains import checked_domains
from gan_lab.data.emoji_files import emoji_files, list_of_symbols
from gan_lab.data.emoji_symbols import VENDORS, Symbol, held_out_families, read_symbols
from gan_lab.data.files import data_folder
from gan_lab.data.pictures import open_picture
from gan_lab.data.select import select_for
from gan_lab.data.texts import tokens_of, vocabulary

SPLITS = ("train", "test")
CAPTIONS = "names.safetensors"
SIDE = 64
PITCH = SIDE + 2  # each picture has a border of one pixel


@final
@dataclass(frozen=True, kw_only=True)
class Emoji(ImageDataset):
    """Symbols as drawn by some vendors; classes are the vendors. Options: see `ImageDataset`.

    With `condition=text` models are told their names, in the words that symbols of `train` have.

    Only symbols that all four vendors draw are there, one after the other in the same order for
    each vendor, and `subjects` says which symbol an image shows. `split` is train or test; all skin
    tones, genders and lookalikes of a symbol are on the same side. `dir` may hold the packages
    emoji-datasource-VENDOR, packed or unpacked.

    Attributes:
        domains: whose drawings: google, twitter, apple, facebook, in the order of the classes. With
            a single one, images have no labels.
    """

    test_split: ClassVar[str] = "test"
    by_class: ClassVar[bool] = True
    # One epoch, as many images get elsewhere, tells the four vendors apart in 31% of new symbols.
    classifier_recipe: ClassVar[Mapping[str, Any]] = {"epochs": 8, "batch_size": 125, "lr": 0.125}

    size: int | tuple[int, int] = SIDE
    domains: Sequence[str] = ("google", "twitter")

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def check(self) -> None:
        """Refuse a split or a vendor that is not there."""
        check_one_of("data.split", self.split, SPLITS)
        object.__setattr__(self, "domains", checked_domains("data.domains", self.domains, VENDORS))

    def prepare(self) -> None:
        """Make a file of each vendor, and one of all of them, unless it is there."""
        if self.condition == "text":
            store.create_once(self.prepared.parent / CAPTIONS, self._fill_captions)
        if self.prepared.is_file():
            return
        for vendor in self.domains:
            store.create_once(self._file([vendor]), partial(self._fill, vendor))
        store.create_once(self.prepared, self._join)

    def load(self) -> Images:
        """Return the split, mapped from the prepared file as far as the options allow."""
        images = store.read_split(self.prepared, self.split)
        if self.condition == "text":
            arrays = store.read(self.prepared.parent / CAPTIONS)
            captions = arrays["all.captions"][images.subjects]
            images = replace(images, captions=captions, words=store.words(arrays))
        return select_for(self, images)

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return self._file(self.domains)

    def _file(self, vendors: Sequence[str]) -> Path:
        return data_folder("emoji", self.dir) / f"{'_'.join(vendors)}.safetensors"

    def _fill(self, vendor: str, writer: store.Writer) -> None:
        files = emoji_files(vendor, self.prepared.parent)
        symbols = read_symbols(files.symbols)
        with open_picture(files.sheet, formats=["PNG"]) as picture:
            sheet_HWC = np.asarray(picture.convert("RGBA"))
        tested = held_out_families(symbols)
        is_test = np.array([symbol.family in tested for symbol in symbols])
        for split, places in (("train", ~is_test), ("test", is_test)):
            chosen = np.flatnonzero(places)
            pixels = np.stack([picture_of(symbols[place], sheet_HWC) for place in chosen])
            writer.add(f"{split}.subjects", [chosen.astype(np.int64)])
            writer.add(f"{split}.images", [pixels])

    def _fill_captions(self, writer: store.Writer) -> None:
        symbols = read_symbols(list_of_symbols(self.domains[0], self.prepared.parent))
        tested = held_out_families(symbols)
        words = vocabulary(each.caption for each in symbols if each.family not in tested)
        captions = tokens_of([symbol.caption for symbol in symbols], words)
        writer.add_captions("all", captions.numpy(), words)

    def _join(self, writer: store.Writer) -> None:
        for split in SPLITS:
            parts = [store.read_split(self._file([vendor]), split) for vendor in self.domains]
            labels = [np.full(len(part), label) for label, part in enumerate(parts)]
            writer.add(f"{split}.labels", labels)
            writer.add(f"{split}.subjects", (part.subjects.numpy() for part in parts))
            writer.add(f"{split}.images", (part.pixels.numpy() for part in parts))
        writer.add_class_names(self.domains)


def picture_of(symbol: Symbol, sheet_HWC: np.ndarray) -> np.ndarray:
    """Return a symbol's picture on white, uint8 `(3, 64, 64)`, out of an RGBA sheet."""
    top, left = symbol.row * PITCH + 1, symbol.column * PITCH + 1
    pixels = sheet_HWC[top : top + SIDE, left : left + SIDE].astype(np.int32)
    colours, opacity = pixels[..., :3], pixels[..., 3:]
    on_white = (colours * opacity + 255 * (255 - opacity) + 127) // 255
    return on_white.astype(np.uint8).transpose(2, 0, 1)
