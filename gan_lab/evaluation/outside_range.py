"""How much of what a network without bounds makes is whiter than white or blacker than black.

Shape legend: N = images, C, H, W = image.
"""

from typing import final

import torch
from torch import Tensor, distributed

COLUMN = "outside_range"


@final
class OutsideRange:
    """The share of numbers that are clipped where images become pixels, over all processes.

    Args:
        value_range: the numbers that stand for black and white.
        device: of the images.
    """

    def __init__(self, value_range: tuple[float, float], device: torch.device) -> None:
        self.low, self.high = value_range
        self.counts = torch.zeros(2, dtype=torch.long, device=device)  # outside, and all

    def update(self, images_NCHW: Tensor) -> None:
        """Count those of some images."""
        self.counts[0] += ((images_NCHW < self.low) | (images_NCHW > self.high)).sum()
        self.counts[1] += images_NCHW.numel()

    def compute(self) -> float:
        """Return the share, from 0 to 1; every process must call this."""
        counts = self.counts.clone()
        if distributed.is_initialized():
            distributed.all_reduce(counts)
        outside, seen = counts.tolist()
        return outside / seen
