"""Layers whose weights learn at one rate, and pixels whose channels keep one length.

Karras, Aila, Laine, Lehtinen, 2018, arXiv:1710.10196, sections 4.1 and 4.2.

Shape legend: N = images, C, H, W = features.
"""

import math
from typing import final

import torch
from torch import Tensor, nn

SLOPE = 0.2  # of LeakyReLU for negative numbers
GAIN = math.sqrt(2)  # of a layer with LeakyReLU behind it: He et al., 2015, arXiv:1502.01852


@final
class EqualisedConv2d(nn.Conv2d):
    """A convolution that keeps the size; its weights are N(0, 1), and scaled where they are used.

    Adam's steps are as large for every weight, whatever the scale that the layer needs.

    Args:
        inputs: channels before.
        outputs: channels after.
        kernel: side of it, odd.
        gain: deviation of an output where the inputs are N(0, 1).
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, gain: float = GAIN) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)
        self.scale = equalise(self, gain)

    def forward(self, features_NCHW: Tensor) -> Tensor:
        """Return `(N, outputs, H, W)`."""
        return self._conv_forward(features_NCHW, self.scale * self.weight, self.bias)


@final
class EqualisedLinear(nn.Linear):
    """The same of a linear layer; see `EqualisedConv2d`."""

    def __init__(self, inputs: int, outputs: int, gain: float = GAIN) -> None:
        super().__init__(inputs, outputs)
        self.scale = equalise(self, gain)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, inputs)` to `(N, outputs)`."""
        return nn.functional.linear(features, self.scale * self.weight, self.bias)


@torch.no_grad()
def equalise(layer: nn.Conv2d | nn.Linear, gain: float) -> float:
    """Draw weights from N(0, 1), set biases to 0, and return the scale that gives the gain."""
    nn.init.normal_(layer.weight)
    nn.init.zeros_(layer.bias)
    return gain / math.sqrt(layer.weight[0].numel())


@final
class PixelNorm(nn.Module):
    """Divide the channels of each pixel by the root of their mean square."""

    def forward(self, features: Tensor) -> Tensor:
        """Return the same shape, `(N, C)` or `(N, C, H, W)`."""
        precise = features.to(torch.promote_types(features.dtype, torch.float32))
        factor = (precise.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        return features * factor.to(features.dtype)
