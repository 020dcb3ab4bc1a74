"""Convolutions of stride 2, trained faster where they end at or start from a small image.

The gradient of their weights sums over all pixels of a minibatch. torch's kernel for processors
with AMX takes it row by row, and a row of 4 pixels fills an eighth of what AMX multiplies at once.
As one matrix product over the rows of all images it takes a third to a half of the time.

Shape legend: N = batch, C, H, W = image, K = kernel. Of the two images of a layer, the one before
and the one after it, "small" is the one with half the height and width, "large" the other.
"""

from functools import cache
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from gan_lab.machine import processor

LONGEST_ROW = 4  # pixels of the small image; at 8 torch's kernel is as fast
STRIDE = 2


@final
class StridedConv2d(nn.Conv2d):
    """A convolution that halves height and width.

    Args:
        inputs: channels before.
        outputs: channels after.
        kernel_size: K, or one for the rows and one for the columns.
        padding: on every side.
        bias: whether a number is added to each channel.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int | tuple[int, int],
        padding: int,
        bias: bool = True,
    ) -> None:
        super().__init__(inputs, outputs, kernel_size, STRIDE, padding, bias=bias)

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to half the height and width, rounded by kernel and padding."""
        row = (images.shape[3] + 2 * self.padding[1] - self.kernel_size[1]) // STRIDE + 1
        weight = self.weight  # read once: spectral normalisation computes it
        if one_product_is_faster(row, weight):
            return convolve(images, weight, self)
        return self._conv_forward(images, weight, self.bias)


@final
class StridedConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution that doubles height and width.

    Args:
        inputs: channels before.
        outputs: channels after.
        kernel_size: K, or one for the rows and one for the columns.
        padding: rows and columns taken off every side of the result.
        output_padding: rows and columns more behind the image, or either by itself.
        bias: whether a number is added to each channel.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int | tuple[int, int],
        padding: int,
        output_padding: int | tuple[int, int] = 0,
        bias: bool = True,
    ) -> None:
        super().__init__(inputs, outputs, kernel_size, STRIDE, padding, output_padding, bias=bias)

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to twice the height and width, give or take a row by the padding."""
        if one_product_is_faster(images.shape[3], self.weight):
            return convolve(images, self.weight, self)
        return super().forward(images)


def one_product_is_faster(row: int, weight: Tensor) -> bool:
    """Return whether a layer should leave torch's way to the gradient of its weights.

    Args:
        row: pixels in a row of the small image.
        weight: of the layer.
    """
    return (
        row <= LONGEST_ROW
        and weight.device.type == "cpu"
        and weight.requires_grad
        and torch.is_grad_enabled()
        and torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
        and has_amx()
    )


@cache
def has_amx() -> bool:
    """Return whether the processor multiplies matrices of bfloat16."""
    return processor.able("amx_bf16")


def convolve(
    images: Tensor, weight: Tensor, layer: StridedConv2d | StridedConvTranspose2d
) -> Tensor:
    """Return what the layer with these weights makes of `images`, in autocast's precision."""
    dtype = torch.get_autocast_dtype("cpu")
    bias = None if layer.bias is None else layer.bias.to(dtype)
    settings = (layer.stride, layer.padding, layer.dilation, layer.transposed, layer.output_padding)
    return OneProduct.apply(images.to(dtype), weight.to(dtype), bias, *settings, layer.groups)


@final
class OneProduct(torch.autograd.Function):
    """torch's convolution with the gradient of its weights by `weight_gradient`."""

    @staticmethod
    def forward(
        ctx: Any, images: Tensor, weight: Tensor, bias: Tensor | None, *settings: Any
    ) -> Tensor:
        """Return the convolution; `settings` are those of `torch.ops.aten.convolution`."""
        ctx.save_for_backward(images, weight)
        ctx.settings = settings
        return torch.ops.aten.convolution(images, weight, bias, *settings)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of images, weights and bias."""
        images, weight = ctx.saved_tensors
        for_images, for_weight, for_bias = ctx.needs_input_grad[:3]
        # A gradient that is to be differentiated, as for a gradient penalty, is torch's.
        by_torch = torch.is_grad_enabled()
        by_images, by_weight, _ = torch.ops.aten.convolution_backward(
            gradient,
            images,
            weight,
            None,
            *ctx.settings,
            [for_images, for_weight and by_torch, False],
        )
        if for_weight and not by_torch:
            stride, padding, _, transposed, *_ = ctx.settings
            pair = (images, gradient) if transposed else (gradient, images)
            by_weight = weight_gradient(*pair, weight.shape[2:], stride, padding)
        by_bias = gradient.sum((0, 2, 3)) if for_bias else None
        return by_images, by_weight, by_bias, *[None] * len(ctx.settings)


def weight_gradient(
    small: Tensor,
    large: Tensor,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
) -> Tensor:
    """Return the gradient `(C_small, C_large, K, K)` of the weights between two images.

    One of them is the layer's input, the other the gradient of its output; which is which makes no
    difference.

    Args:
        small: `(N, C_small, H, W)`.
        large: `(N, C_large, ., .)`, to which the convolution with these settings gives H and W.
        kernel_size: K, K.
        stride: of the convolution.
        padding: of the large image.
    """
    above, beside = padding
    padded = pad(large.permute(0, 2, 3, 1), (0, 0, beside, beside, above, above))
    patches = padded.unfold(1, kernel_size[0], stride[0]).unfold(2, kernel_size[1], stride[1])
    # Channels last, as they lie in memory, so that whole rows of a patch are copied.
    patches = patches.permute(0, 1, 2, 4, 5, 3).flatten(3).flatten(0, 2)
    pixels = small.permute(0, 2, 3, 1).flatten(0, 2)
    return (pixels.t() @ patches).unflatten(1, (*kernel_size, -1)).permute(0, 3, 1, 2)
