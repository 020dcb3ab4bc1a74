"""Pixels as features: for images that no classifier knows and without Inception's weights."""

from typing import final

from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.data.pixels import on_white
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features

SIDE = 16


@final
class Pixels(Extractor):
    """The image itself, at 16x16, from 0 to 1: a weak feature space, but always at hand.

    RGBA images are laid on white.
    """

    def __init__(self) -> None:
        super().__init__(
            "pixels", class_names=(), about={"resize": f"bilinear, antialias, to {SIDE}x{SIDE}"}
        )

    def forward(self, pixels_NCHW: Tensor) -> Features:
        """Return `(N, 256 C)`, C being 1 or 3."""
        images = on_white(pixels_NCHW).float() / 255
        small = interpolate(images, (SIDE, SIDE), mode="bilinear", antialias=True)
        return Features(small.flatten(1))
