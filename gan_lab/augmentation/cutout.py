"""Cutout: a gray square, or rectangle, somewhere in an image.

Shape legend: N = images, C, H, W = image.
"""

import torch
from torch import Tensor


def cut_out(
    images_NCHW: Tensor, applied_N: Tensor, centres_N2: Tensor, share: float, gray: float
) -> Tensor:
    """Return images of which some have lost a rectangle, cut off at the border.

    Args:
        images_NCHW: any.
        applied_N: which of them lose one.
        centres_N2: x and y of its centre, from 0 to 1.
        share: its height and width in those of the image.
        gray: what takes its place.
    """
    height, width = images_NCHW.shape[-2:]
    inside_x, inside_y = (
        (_pixel_centres(size, images_NCHW) - centre[:, None]).abs() < share / 2
        for size, centre in zip((width, height), centres_N2.unbind(1), strict=True)
    )
    inside = inside_y[:, None, :, None] & inside_x[:, None, None, :]
    return torch.where(inside & applied_N[:, None, None, None], gray, images_NCHW)


def _pixel_centres(size: int, like: Tensor) -> Tensor:
    return (torch.arange(size, device=like.device, dtype=like.dtype) + 0.5) / size
