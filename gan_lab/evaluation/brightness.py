"""How dark and how bright images are, which shows inverted ones and those of another range."""

from typing import NamedTuple

import torch
from torch import Tensor

OUTERMOST = 0.001  # share of the pixels beyond the darkest and the brightest level


class Brightness(NamedTuple):
    """Levels from 0 to 255, of pixels of all channels.

    Attributes:
        darkest: but for one pixel in a thousand.
        mean: of all.
        brightest: but for one pixel in a thousand.
    """

    darkest: int
    mean: float
    brightest: int


def brightness_of(pixels_NCHW: Tensor) -> Brightness:
    """Return the levels of images (uint8)."""
    counts = torch.bincount(pixels_NCHW.flatten(), minlength=256).double()
    below = counts.cumsum(0) / counts.sum()
    darkest = int((below > OUTERMOST).nonzero()[0])
    brightest = int((below >= 1 - OUTERMOST).nonzero()[0])
    mean = (counts * torch.arange(256)).sum() / counts.sum()
    return Brightness(darkest, mean.item(), brightest)
