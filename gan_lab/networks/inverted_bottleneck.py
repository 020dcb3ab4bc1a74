"""Residual blocks that need no normalisation.

Shape legend: N = batch, C, H, W = features.
"""

import math
from typing import final

import torch
from torch import Tensor, nn

EXPANSION = 2  # channels inside a block for each one outside
SLOPE = 0.2  # of LeakyReLU for negative numbers
# Keeps the variance of what LeakyReLU lets through (He et al., 2015, arXiv:1502.01852, eq. 15).
GAIN = math.sqrt(2 / (1 + SLOPE**2))


@final
class InvertedBottleneck(nn.Module):
    """A 1x1, a grouped 3x3 and a 1x1 convolution, wide inside, added to their input.

    Huang et al., 2024, arXiv:2501.05441, section 3. It starts as Zhang, Dauphin, Ma, 2019,
    arXiv:1901.09321 (Fixup) have it: with the last convolution at 0 the block is the identity, and
    the others are the smaller the more blocks there are, so that no step changes the network by
    more than it would change a shallow one.

    Args:
        channels: C.
        group_width: channels of each group of the 3x3 convolution; divides 2C.
        depth: blocks of the whole network.
    """

    def __init__(self, channels: int, group_width: int, depth: int) -> None:
        super().__init__()
        inside = EXPANSION * channels
        self.layers = nn.Sequential(
            Pixelwise(channels, inside),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(inside, inside, 3, padding=1, groups=inside // group_width),
            nn.LeakyReLU(SLOPE),
            Pixelwise(inside, channels, bias=False),
        )
        first, _, second, _, last = self.layers
        for layer in (first, second):
            keep_variance(layer, GAIN * depth**-0.25)  # of m = 3 convolutions: -1 / (2m - 2)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(last.weight)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to the same shape."""
        return features + self.layers(features)


@final
class Pixelwise(nn.Linear):
    """A 1x1 convolution, as a product of matrices.

    torch takes twelve times as long for the second derivative of its convolution.
    """

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to other channels, which come last in memory."""
        return super().forward(features.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def bottlenecks(
    channels: int, blocks: int, group_width: int, depth: int
) -> list[InvertedBottleneck]:
    """Return so many blocks of one size, of a network that has `depth` of them."""
    return [InvertedBottleneck(channels, group_width, depth) for _ in range(blocks)]


@torch.no_grad()
def keep_variance(layer: nn.Conv2d | nn.Linear, gain: float = 1.0) -> nn.Module:
    """Draw weights that give the output `gain` times the deviation of the input; return `layer`."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(layer.weight[0].numel()))
    return layer
