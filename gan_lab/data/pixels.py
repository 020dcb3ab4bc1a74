"""Between stored pixels, 0 to 255, and the numbers that networks see."""

import torch
from torch import Tensor


def to_range(pixels: Tensor, value_range: tuple[float, float]) -> Tensor:
    """Return uint8 `pixels` as float32 of the same shape, 0 at `low` and 255 at `high`.

    Coordinates of points, which are no pixels but float32 already, stay as they are.
    """
    if pixels.is_floating_point():
        return pixels
    low, high = value_range
    return pixels.float().mul_((high - low) / 255).add_(low)


def to_pixels(images: Tensor, value_range: tuple[float, float]) -> Tensor:
    """Return `images` as uint8 on the CPU, rounded to the nearest of 256 levels and clipped."""
    low, high = value_range
    levels = (images.float() - low) * (255 / (high - low))
    return levels.round().clamp(0, 255).to(torch.uint8).cpu()
