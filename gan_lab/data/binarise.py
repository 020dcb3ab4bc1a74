"""Black and white images made of gray ones, for models of binary images.

Each pixel is white with a probability that is its brightness: Salakhutdinov, Murray, 2008.
Published numbers for MNIST are of images binarised once, in files of Larochelle's
(`data=binarised_mnist`), or of images binarised anew each time, which are easier by about 2 nats.
`fixed` draws once, too, but by a seed of our own.
"""

import torch
from torch import Tensor

from gan_lab import seeding

BLOCK = 4096  # images


def made_binary(pixels_NCHW: Tensor, chances_NCHW: Tensor) -> Tensor:
    """Return 255 where a pixel of 0 to 255 is more than its chance of 0 to 1, else 0; uint8."""
    return (pixels_NCHW > 255 * chances_NCHW).to(torch.uint8) * 255


def binarised(pixels_NCHW: Tensor, kept_n: Tensor | None = None, n: int | None = None) -> Tensor:
    """Return images, uint8 `(N, C, H, W)`, binarised always in the same way.

    Args:
        pixels_NCHW: 0 to 255.
        kept_n: where each of them stands among `n` images, in ascending order, so that a part is
            binarised as it is in the whole; None: these are all.
        n: how many images there are; None: these are all.
    """
    places = torch.arange(len(pixels_NCHW)) if kept_n is None else kept_n
    random = seeding.generator("cpu", 0, "data.binarise")
    found, taken = torch.empty_like(pixels_NCHW), 0
    for block in torch.arange(n or len(pixels_NCHW)).split(BLOCK):
        chances = torch.rand((len(block), *pixels_NCHW.shape[1:]), generator=random)
        inside = places[(places >= block[0]) & (places <= block[-1])] - block[0]
        rows = slice(taken, taken + len(inside))
        found[rows] = made_binary(pixels_NCHW[rows], chances[inside])
        taken += len(inside)
    return found
