"""Networks whose images double from stage to stage: the sizes of the stages, and their widths."""

import math
from collections.abc import Sequence
from typing import Annotated

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels
from gan_lab.ranges import Length

Widths = Channels | Annotated[Sequence[Channels], Length(1, 20)]

SMALLEST = 4  # pixels of the shorter side


def stages(height: int, width: int, model: str) -> list[tuple[int, int]]:
    """Return height and width of the image at each stage: 4x4, 8x8, 16x16, 32x32.

    The shorter side has 4 pixels at first, and each stage doubles both.

    Args:
        height: of the last stage.
        width: of the last stage.
        model: whose stages they are, for the message.

    Raises:
        ConfigError: this size is not reached so.
    """
    shorter = min(height, width)
    doublings = max(0, round(math.log2(shorter / SMALLEST)))
    smallest = [round(SMALLEST * side / shorter) for side in (height, width)]
    nearest = [side * 2**doublings for side in smallest]
    if nearest != [height, width]:
        typed = f"data.size={nearest[0] if nearest[0] == nearest[1] else nearest}"
        points = "try model=mlp, or model=mixture_mlp for points of the plane"
        raise ConfigError(
            f"model={model} doubles images from {SMALLEST} pixels on, and these are "
            f"{height}x{width}; the nearest size that it can make is {nearest[0]}x{nearest[1]}: "
            f"{points if shorter < SMALLEST else typed}."
        )
    return [(smallest[0] * 2**stage, smallest[1] * 2**stage) for stage in range(doublings + 1)]


def widths_of(width: int | Sequence[int], sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Return the channels at each size, from the smallest on.

    Raises:
        ConfigError: there are not as many as sizes.
    """
    widths = [width] * len(sizes) if isinstance(width, int) else list(width)
    if len(widths) != len(sizes):
        sides = ", ".join(f"{height}x{width}" for height, width in sizes)
        raise ConfigError(
            f"model.width={widths} must be one number, or one for each of the sizes {sides}."
        )
    return widths
