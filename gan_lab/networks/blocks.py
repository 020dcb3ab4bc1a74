"""Layers that torch does not have."""

import math
from typing import Annotated, final

import torch
from torch import Tensor, nn

from gan_lab.ranges import Range

# What the constructors of several networks take.
Units = Annotated[int, Range(1, 100_000)]
Channels = Annotated[int, Range(1, 10_000)]
Pieces = Annotated[int, Range(1, 1000)]
Side = Annotated[int, Range(1, 1000)]
Dropped = Annotated[float, Range(0, 1, open_high=True)]
Spread = Annotated[float, Range(0, 1000)]
Slope = Annotated[float, Range(0, 1)]


@final
class Maxout(nn.Module):
    """Give each unit the largest of several linear pieces.

    Goodfellow et al., 2013, arXiv:1302.4389.

    Args:
        inputs: number of input features.
        units: number of output features.
        pieces: linear pieces per unit.
    """

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces
        self.linear = nn.Linear(inputs, units * pieces)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, inputs)` to `(N, units)`."""
        return largest_piece(self.linear(features), self.pieces)


@final
class MaxoutConv2d(nn.Module):
    """Give each channel the largest of several convolutions, at each place and in its surroundings.

    Goodfellow et al., 2013, arXiv:1302.4389, section 5.2. Squares of places, two apart, are pooled;
    the last ones may reach beyond the border.

    Args:
        inputs: number of input channels.
        channels: number of output channels.
        pieces: convolutions per output channel.
        kernel: side of the kernels.
        padding: zeros around the input, on each side.
        pool: side of the squares.
    """

    def __init__(
        self, inputs: int, channels: int, pieces: int, kernel: int, padding: int, pool: int
    ) -> None:
        super().__init__()
        self.pieces = pieces
        self.convolution = nn.Conv2d(inputs, channels * pieces, kernel, padding=padding)
        self.pool = nn.MaxPool2d(pool, stride=2, ceil_mode=True)
        self.growth = 2 * padding - kernel + 1

    def side(self, size: int) -> int:
        """Return a side of the output for a side of the input; below 1: none is left."""
        places = size + self.growth
        return min(math.ceil(places / 2), math.ceil((places - self.pool.kernel_size) / 2) + 1)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, channels, H', W')`."""
        return self.pool(largest_piece(self.convolution(features), self.pieces))


def largest_piece(features: Tensor, pieces: int) -> Tensor:
    """Map `(N, C * pieces, ...)` to `(N, C, ...)`, where each `pieces` neighbours become one."""
    return features.unflatten(1, (-1, pieces)).max(dim=2).values


@final
class RestingDropout(nn.Dropout):
    """Dropout of a discriminator that rests in the generator's phase.

    See `gan_lab.training.phase`.
    """


@final
class ScaledTanh(nn.Module):
    """Squash numbers into [low, high] by tanh.

    Args:
        low: the smallest output.
        high: the largest output.
    """

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.middle = (low + high) / 2
        self.half = (high - low) / 2

    def forward(self, numbers: Tensor) -> Tensor:
        """Return a tensor of the same shape in [low, high]."""
        squashed = torch.tanh(numbers)
        if (self.middle, self.half) == (0.0, 1.0):
            return squashed
        return self.middle + self.half * squashed


@final
class ScaledSigmoid(nn.Module):
    """Squash numbers into [low, high] by the logistic function.

    Args:
        low: the smallest output.
        high: the largest output.
    """

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low = low
        self.height = high - low

    def forward(self, numbers: Tensor) -> Tensor:
        """Return a tensor of the same shape in [low, high]."""
        return self.low + self.height * torch.sigmoid(numbers)
