"""Images that a model makes of captions, and who says how well they show what these say.

Shape legend: N = images, T = tokens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from gan_lab.data.base import Batch, Images

TOGETHER = 500  # images that are looked at

Agrees = Callable[[Tensor, Tensor], Mapping[str, Tensor]]


@final
@dataclass(frozen=True)
class Illustrations:
    """What metrics of captioned images are about.

    Attributes:
        n: images that are made, of captions at the data's shares.
        address: of latents and captions.
        to_pixels: brings images from the value range to how they are stored.
        images: real ones with their captions, that nothing was trained on, to compare with.
        split: of the data, that they are.
        different: each caption that there is once `(C, T)`.
        images_seen: directions of images, uint8, as the matcher sees them.
        texts_seen: directions of captions.
        agrees: whether images, uint8, show what captions say, bool `(N,)`, by the name of a
            property; None: nothing is known to measure.
    """

    n: int
    address: tuple[int | str, ...]
    to_pixels: Callable[[Tensor], Tensor]
    images: Images
    split: str
    different: Tensor
    images_seen: Callable[[Tensor], Tensor]
    texts_seen: Callable[[Tensor], Tensor]
    agrees: Agrees | None = None

    def made(self, sample: Callable[..., Batch]) -> Images:
        """Return images as stored, with the captions that they were asked for.

        Args:
            sample: returns so many of an address, in the value range.
        """
        made = sample(self.n, *self.address)
        return Images(self.to_pixels(made.images), captions=made.condition.cpu())

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of the data, and how many images it has."""
        return {self.split: len(self.images)}


def by_blocks(function: Callable[[Tensor], Tensor], values: Tensor) -> Tensor:
    """Return what a function makes of many values, some at a time."""
    return torch.cat([function(block) for block in values.split(TOGETHER)])
