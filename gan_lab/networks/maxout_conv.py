"""The convolutional networks of the original GAN: one deconvolution against maxout convolutions.

Goodfellow et al., 2014, arXiv:1406.2661; sizes as in the authors' CIFAR-10 run.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Annotated, TypedDict, final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import (
    Channels,
    Dropped,
    MaxoutConv2d,
    Pieces,
    RestingDropout,
    Side,
    Spread,
    Units,
)
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.fully_connected import initialise, linear_layers, maxout_layers, uniform
from gan_lab.ranges import Length, Range


class Convolution(TypedDict):
    """One maxout convolution; see `MaxoutConv2d`."""

    channels: Channels
    kernel: Side
    padding: Annotated[int, Range(0, 1000)]
    pool: Side


@final
class DeconvolutionGenerator(nn.Module):
    """Latents through ReLU layers to sigmoid feature maps, then one deconvolution to the image.

    Pixels have no bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: not used; every generator is given it.
        hidden: units of each ReLU layer.
        channels: of the feature maps, which are as large as the image needs: 10x10 for 32x32.
        kernel: side of the deconvolution's kernels.
        stride: pixels from one place of the feature maps to the next.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
        channels: Channels,
        kernel: Side,
        stride: Side,
        weight_range: Spread,
    ) -> None:
        super().__init__()
        layers = linear_layers(latent_dim, hidden, [nn.ReLU] * len(hidden))
        inputs = [latent_dim, *hidden][-1]
        image_channels, self.height, self.width = image_shape
        # As small as can be; what the deconvolution makes beyond the image is cut off.
        maps = [
            max(1, math.ceil((side - kernel) / stride) + 1) for side in (self.height, self.width)
        ]
        self.layers = nn.Sequential(
            *layers,
            nn.Linear(inputs, channels * math.prod(maps)),
            nn.Sigmoid(),
            nn.Unflatten(1, (channels, *maps)),
            nn.ConvTranspose2d(channels, image_channels, kernel, stride, bias=False),
        )
        # One bias per pixel, not per channel.
        self.bias = nn.Parameter(torch.zeros(image_shape))
        initialise(self, uniform(weight_range))

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` without bounds."""
        return self.layers(latents_NZ)[:, :, : self.height, : self.width] + self.bias


@final
class MaxoutConvDiscriminator(LayeredDiscriminator):
    """The image through maxout convolutions and maxout layers, each behind dropout, to a logit.

    Args:
        image_shape: `(C, H, W)`, as large as the convolutions need.
        convolutions: `channels`, `kernel`, `padding` and `pool` of each; see `MaxoutConv2d`.
        convolution_pieces: convolutions per channel.
        hidden: units of each maxout layer.
        pieces: linear pieces per maxout unit.
        input_dropout: share of pixels dropped.
        dropout: share of hidden units dropped.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
        dropout_in_generator_phase: whether units are dropped while the generator learns, too.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        convolutions: Annotated[Sequence[Convolution], Length(1)],
        convolution_pieces: Pieces,
        hidden: Sequence[Units],
        pieces: Pieces,
        input_dropout: Dropped,
        dropout: Dropped,
        weight_range: Spread,
        dropout_in_generator_phase: bool = True,
    ) -> None:
        super().__init__()
        drop = nn.Dropout if dropout_in_generator_phase else RestingDropout
        layers: list[nn.Module] = [drop(input_dropout)]
        inputs, *size = image_shape
        for settings in convolutions:
            convolution = MaxoutConv2d(inputs, pieces=convolution_pieces, **settings)
            layers += [convolution, drop(dropout)]
            inputs = settings["channels"]
        size = sides_left(layers, *size)
        inputs *= math.prod(size)
        self.layers = nn.Sequential(
            *layers, nn.Flatten(), *maxout_layers(inputs, hidden, pieces, partial(drop, dropout))
        )
        initialise(self, uniform(weight_range))


def sides_left(layers: Sequence[nn.Module], height: int, width: int) -> list[int]:
    """Return height and width of what maxout convolutions leave of an image.

    Raises:
        ConfigError: they leave nothing; it names the nearest size of which they leave something.
    """
    convolutions = [layer for layer in layers if isinstance(layer, MaxoutConv2d)]
    left = [side_left(convolutions, side) for side in (height, width)]
    if min(left) < 1:
        enough = [
            next(larger for larger in count(side) if side_left(convolutions, larger) >= 1)
            for side in (height, width)
        ]
        raise ConfigError(
            f"model.discriminator.convolutions leave nothing of images of {height}x{width} pixels; "
            f"the nearest size that they take is {enough[0]}x{enough[1]}. Try that data.size, or "
            f"fewer of them."
        )
    return left


def side_left(convolutions: Sequence[MaxoutConv2d], side: int) -> int:
    """Return how long a side is after these convolutions; 0 where one of them leaves nothing."""
    for convolution in convolutions:
        side = convolution.side(side)
        if side < 1:
            return 0
    return side
