"""A network of levels, each of which doubles height and width: how many of them it uses by now.

All levels are there from the start, so that checkpoints, averages and optimizers keep one layout.
Images have their full size outside: those of lower levels are made of squares of equal pixels.

Shape legend: N = images, C, H, W = image.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate


class Growing(nn.Module):
    """A network that uses some of its levels, the last of which may still be fading in.

    At first it uses all of them.

    Args:
        levels: how many there are.

    Attributes:
        last: the highest level, from 0 on.
        in_use: the highest level that is used.
        is_fading: whether it has less than its full share.
        alpha: that share, between 0 and 1, a scalar on the device.
        level: `in_use`, for checkpoints.
    """

    alpha: Tensor
    level: Tensor

    def __init__(self, levels: int) -> None:
        super().__init__()
        self.last = levels - 1
        self.register_buffer("level", torch.tensor(self.last))
        self.register_buffer("alpha", torch.ones(()))
        # Numbers of Python: to ask the device which layers come next would make it wait.
        self.in_use, self.is_fading = self.last, False

    def grow(self, level: int, alpha: float) -> None:
        """Use the levels up to this one, and of this one so large a share."""
        self.in_use, self.is_fading = level, alpha < 1
        self.level.fill_(level)
        self.alpha.fill_(alpha)

    def blend(self, before: Tensor, after: Tensor) -> Tensor:
        """Return what is between the level before and the one that fades in, by its share."""
        return torch.lerp(before, after, self.alpha.to(after.dtype))

    def seen(self, images_NCHW: Tensor) -> Tensor:
        """Return what real images are while this level fades in, in their full size.

        What they lose is what the lower level cannot show, by the share that the new one lacks.
        """
        images = halved(images_NCHW, self.last - self.in_use)
        if self.is_fading:
            images = self.blend(doubled(halved(images)), images)
        return doubled(images, self.last - self.in_use)

    def _load_from_state_dict(self, state: dict[str, Any], prefix: str, *others: Any) -> None:
        super()._load_from_state_dict(state, prefix, *others)
        level = min(max(int(self.level), 0), self.last)
        self.grow(level, float(self.alpha))


def halved(images_NCHW: Tensor, times: int = 1) -> Tensor:
    """Return images of half the height and width, so many times over: means of 2x2 pixels.

    Always by halves, so that one that was enlarged comes back to the bit.
    """
    for _ in range(times):
        images_NCHW = avg_pool2d(images_NCHW, 2)
    return images_NCHW


def doubled(images_NCHW: Tensor, times: int = 1) -> Tensor:
    """Return images of twice the height and width, so many times over: each pixel repeated."""
    if not times:
        return images_NCHW
    return interpolate(images_NCHW, scale_factor=2**times, mode="nearest")
