"""The convolutional networks of the original GAN: one deconvolution against maxout convolutions.

Goodfellow et al., 2014, arXiv:1406.2661; sizes as in the authors' CIFAR-10 run.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Maxout, MaxoutConv2d, RestingDropout
from gan_lab.networks.mlp import check_dropout, check_units, initialise


@final
class DeconvolutionGenerator(nn.Module):
    """Latents through ReLU layers to sigmoid feature maps, then one deconvolution to the image.

    Pixels have no bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)` with H = W.
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
        hidden: Sequence[int],
        channels: int,
        kernel: int,
        stride: int,
        weight_range: float,
    ) -> None:
        super().__init__()
        check_units("model.generator.hidden", hidden)
        for name, number in (("channels", channels), ("kernel", kernel), ("stride", stride)):
            check_units(f"model.generator.{name}", [number])
        layers: list[nn.Module] = []
        inputs = latent_dim
        for units in hidden:
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            inputs = units
        self.size = image_shape[1]
        # As small as can be; what the deconvolution makes beyond the image is cut off.
        side = max(1, math.ceil((self.size - kernel) / stride) + 1)
        self.layers = nn.Sequential(
            *layers,
            nn.Linear(inputs, channels * side**2),
            nn.Sigmoid(),
            nn.Unflatten(1, (channels, side, side)),
            nn.ConvTranspose2d(channels, image_shape[0], kernel, stride, bias=False),
        )
        # One bias per pixel, not per channel.
        self.bias = nn.Parameter(torch.zeros(image_shape))
        initialise(self, weight_range)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` without bounds."""
        return self.layers(latents_NZ)[:, :, : self.size, : self.size] + self.bias


@final
class MaxoutConvDiscriminator(nn.Module):
    """The image through maxout convolutions and maxout layers, each behind dropout, to a logit.

    Args:
        image_shape: `(C, H, W)` with H = W.
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
        convolutions: Sequence[dict],
        convolution_pieces: int,
        hidden: Sequence[int],
        pieces: int,
        input_dropout: float,
        dropout: float,
        weight_range: float,
        dropout_in_generator_phase: bool = True,
    ) -> None:
        super().__init__()
        check_dropout(input_dropout, dropout)
        check_units("model.discriminator.hidden", hidden)
        check_units("model.discriminator.pieces", [pieces])
        check_units("model.discriminator.convolution_pieces", [convolution_pieces])
        drop = nn.Dropout if dropout_in_generator_phase else RestingDropout
        layers: list[nn.Module] = [drop(input_dropout)]
        inputs, size, _ = image_shape
        for settings in convolutions:
            numbers = [number for name, number in settings.items() if name != "padding"]
            check_units("model.discriminator.convolutions", numbers)
            convolution = MaxoutConv2d(inputs, pieces=convolution_pieces, **settings)
            layers += [convolution, drop(dropout)]
            inputs, size = settings["channels"], convolution.side(size)
            if size < 1:
                raise ConfigError(
                    f"model.discriminator.convolutions leave nothing of images of {image_shape[1]}"
                    f"x{image_shape[1]} pixels. Try a larger data.size, or fewer of them."
                )
        layers.append(nn.Flatten())
        inputs *= size**2
        for units in hidden:
            layers += [Maxout(inputs, units, pieces), drop(dropout)]
            inputs = units
        self.layers = nn.Sequential(*layers, nn.Linear(inputs, 1), nn.Flatten(0))
        initialise(self, weight_range)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return logits `(N,)`."""
        return self.layers(images_NCHW)
