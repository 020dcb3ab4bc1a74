"""A 3x3 convolution with the averaging behind it, or the repetition before it, in one step.

Both are linear, so together they are one strided convolution with 4x4 kernels: the same numbers by
4/9 of the multiplications, and without the large image in between.
"""

from typing import final

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, conv_transpose2d, pad

KERNEL = 3


@final
class PooledConv2d(nn.Conv2d):
    """Convolve 3x3, then average squares of 2x2.

    Args:
        inputs: channels before.
        outputs: channels after.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, KERNEL, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, outputs, H / 2, W / 2)`; H and W must be even."""
        return conv2d(images, spread(self.weight), self.bias, stride=2, padding=1)


@final
class UpsamplingConv2d(nn.Conv2d):
    """Repeat each pixel 2x2 times, then convolve 3x3.

    Args:
        inputs: channels before.
        outputs: channels after.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, KERNEL, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, outputs, 2 H, 2 W)`."""
        # A transposed convolution takes its kernels upside down, by input channels first.
        kernels = 4 * spread(self.weight).flip(2, 3).transpose(0, 1)
        return conv_transpose2d(images, kernels, self.bias, stride=2, padding=1)


def spread(kernels: Tensor) -> Tensor:
    """Return the mean `(..., 4, 4)` of 3x3 kernels at the four places of a square."""
    return avg_pool2d(pad(kernels, (1, 1, 1, 1)), 2, stride=1)
