"""Images of stripes, made on the spot."""

from dataclasses import dataclass
from typing import final

import torch

from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.texts import tokens_of

WORDS = ("horizontal", "stripes", "vertical")


@final
@dataclass(frozen=True, kw_only=True)
class Stripes(ImageDataset):
    """Horizontal (class 0) and vertical (class 1) stripes, one pixel wide, gray, with captions."""

    size: int = 8
    count: int = 256

    @property
    def channels(self) -> int:
        return 1

    def check(self) -> None:
        check_one_of("data.split", self.split, ["train", "test"])

    def prepare(self) -> None:
        pass  # to download, verify and keep

    def load(self) -> Images:
        lines = torch.arange(self.size) % 2 * 255
        horizontal = lines[:, None].expand(self.size, self.size)
        labels = torch.arange(self.count) % 2
        pixels = torch.stack([horizontal, horizontal.T])[labels][:, None].to(torch.uint8)
        captions = tokens_of(["horizontal stripes", "vertical stripes"], WORDS)[labels]
        names = ("horizontal", "vertical")
        return Images(pixels, labels, names, captions=captions, words=WORDS)
