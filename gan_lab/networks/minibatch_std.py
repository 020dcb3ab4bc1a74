"""Minibatch standard deviation: a discriminator sees how much images differ from each other.

Karras, Aila, Laine, Lehtinen, 2018, arXiv:1710.10196, section 3. A generator that repeats itself is
betrayed by groups that vary less than real ones.

Shape legend: N = images or packs, C, H, W = features.
"""

from typing import Annotated, Literal, final

import torch
from torch import Tensor, nn

from gan_lab.ranges import Range

Group = Literal[0] | Annotated[int, Range(2, 10_000)]


@final
class MinibatchStd(nn.Module):
    """Add a channel that is the same at each place: the group's mean standard deviation.

    The standard deviation of each feature over the images of a group is averaged over channels and
    places. Groups are neighbours in the batch, so that devices which share a batch in whole groups
    see what one would.

    Args:
        group: images per group.
    """

    def __init__(self, group: int) -> None:
        super().__init__()
        self.group = group

    def forward(self, features_NCHW: Tensor) -> Tensor:
        """Return `(N, C + 1, H, W)`; N must be a multiple of the group."""
        precise = features_NCHW.to(torch.promote_types(features_NCHW.dtype, torch.float32))
        groups = precise.unflatten(0, (-1, self.group))
        variance = (groups - groups.mean(dim=1, keepdim=True)).square().mean(dim=1)
        # Added so that equal images have a gradient: 0.
        deviation = (variance + 1e-8).sqrt().mean(dim=(1, 2, 3))
        n, _, height, width = features_NCHW.shape
        channel = deviation.repeat_interleave(self.group, output_size=n).to(features_NCHW.dtype)
        channel = channel.view(n, 1, 1, 1).expand(n, 1, height, width)
        return torch.cat([features_NCHW, channel], dim=1)
