"""Doubling and halving images without aliasing, by the binomial filter [1, 3, 3, 1].

Karras et al., 2020, arXiv:1912.04958, after Zhang, 2019, arXiv:1904.11486. The filter is applied
along rows and along columns; beyond the border there are zeros.

Either is a linear map, and the other one its transpose up to a factor. torch would differentiate
the convolution by its weights, too, which makes a gradient penalty 20 times as slow.

Shape legend: N = batch, C, H, W = image.
"""

from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d

FILTER = (1.0, 3.0, 3.0, 1.0)
SETTINGS = {"stride": 2, "padding": 1}


@final
class Downsample(nn.Module):
    """Halve height and width, which are even: each pixel is a weighed mean of 4x4."""

    kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", binomial(total=1.0), persistent=False)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to `(N, C, H/2, W/2)`."""
        return Gather.apply(images_NCHW, self.kernel)


@final
class Upsample(nn.Module):
    """Double height and width: each pixel is a weighed mean of the 2x2 around it."""

    kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", binomial(total=4.0), persistent=False)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to `(N, C, 2H, 2W)`."""
        return Scatter.apply(images_NCHW, self.kernel)


@final
class Gather(torch.autograd.Function):
    """Convolve each channel with the kernel, in steps of two pixels."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, kernel: Tensor) -> Tensor:
        """Return `(N, C, H/2, W/2)`."""
        ctx.kernel = kernel
        return conv2d(images, of_each(images, kernel), groups=images.shape[1], **SETTINGS)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient of the images; the kernel is no weight."""
        return Scatter.apply(gradient, ctx.kernel), None


@final
class Scatter(torch.autograd.Function):
    """The transpose of `Gather`."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, kernel: Tensor) -> Tensor:
        """Return `(N, C, 2H, 2W)`."""
        ctx.kernel = kernel
        return conv_transpose2d(images, of_each(images, kernel), groups=images.shape[1], **SETTINGS)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient of the images; the kernel is no weight."""
        return Gather.apply(gradient, ctx.kernel), None


def binomial(total: float) -> Tensor:
    """Return the filter of rows times that of columns, `(4, 4)`, with this sum."""
    row = torch.tensor(FILTER)
    return total * torch.outer(row, row) / row.sum() ** 2


def of_each(images: Tensor, kernel: Tensor) -> Tensor:
    """Return the kernel for every channel of the images, `(C, 1, 4, 4)`, in their dtype."""
    return kernel.to(images.dtype).expand(images.shape[1], 1, -1, -1)
