"""Colours of whole images, split into their gray part and the rest.

Numbers count from gray in halves of the value range: black is -1 and white 1.

Shape legend: N = images, C, H, W = image.
"""

import math
from typing import NamedTuple

from torch import Tensor


class Colours(NamedTuple):
    """What happens to the colours of each image, in this order; all of them `(N,)`.

    Attributes:
        brightness: is added to every channel.
        contrast: multiplies all.
        luma_sign: 1, or -1 to turn light into dark without a change of hue.
        hue: the angle in radians by which colours turn around the axis of grays.
        saturation: multiplies what differs from gray.
    """

    brightness: Tensor
    contrast: Tensor
    luma_sign: Tensor
    hue: Tensor
    saturation: Tensor


def recolour(images_NCHW: Tensor, colours: Colours, gray: float, half_range: float) -> Tensor:
    """Return images of one channel or three in other colours.

    With one channel nothing differs from gray, so that hue and saturation change nothing.

    Args:
        images_NCHW: in the value range.
        colours: of each image.
        gray: the middle of the value range.
        half_range: the distance from gray to white.
    """
    brightness, contrast, sign, hue, saturation = (
        number[:, None, None, None] for number in colours
    )
    centred = images_NCHW - gray
    luma = centred.mean(dim=1, keepdim=True)
    chroma = centred - luma
    # The vector product with the axis of grays, (1, 1, 1) / sqrt(3).
    across = (chroma.roll(1, dims=1) - chroma.roll(-1, dims=1)) / math.sqrt(3)
    chroma = saturation * (hue.cos() * chroma + hue.sin() * across)
    return gray + contrast * (sign * (luma + half_range * brightness) + chroma)
