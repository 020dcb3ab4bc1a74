"""Layers that torch does not have."""

from typing import final

import torch
from torch import Tensor, nn


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
        return self.linear(features).unflatten(1, (-1, self.pieces)).max(dim=2).values


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
