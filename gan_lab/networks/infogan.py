"""InfoGAN's networks for MNIST: Chen et al., 2016, arXiv:1606.03657, table 1 and the authors' code.

Two convolutions of stride 2 and two fully connected layers, in either direction. Batch
normalisation in every layer but the generator's last and the discriminator's first and last; ReLU
in the generator, LeakyReLU in the discriminator; weights from N(0, 0.02). Kernels have 3 rows or
columns where an odd side is halved, rounding up.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from typing import final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh, Slope, Units
from gan_lab.networks.dcgan import FeaturesFromImages, ImagesFromFeatures, halving, initialise
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.strided import StridedConv2d, StridedConvTranspose2d

SMALLEST = 4  # height and width: one pixel is left of 4


@final
class InfoGANGenerator(nn.Module):
    """Two fully connected layers to an image of a quarter of the size, which is doubled twice.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, from 4x4 on.
        value_range: smallest and largest pixel of the images made.
        width: channels of the image of half the size; that of a quarter has twice as many.
        hidden: units of the first layer.

    Raises:
        ConfigError: the image is too small.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        hidden: Units,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        half, quarter = halves(*size)
        projected = math.prod(quarter) * 2 * width
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, hidden, bias=False),
            nn.BatchNorm1d(hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, projected, bias=False),
            nn.BatchNorm1d(projected),
            nn.ReLU(inplace=True),
            ImagesFromFeatures(*quarter),
            StridedConvTranspose2d(2 * width, width, **halving(*half), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            StridedConvTranspose2d(width, channels, **halving(*size)),
            ScaledTanh(*value_range),
        )
        self.layers.apply(initialise)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ)


@final
class InfoGANDiscriminator(LayeredDiscriminator):
    """Halve the image twice, then one fully connected layer, whose features a head may share.

    Args:
        image_shape: `(C, H, W)`, from 4x4 on.
        width: channels of the first convolution; the second has twice as many.
        hidden: units of the fully connected layer.
        slope: LeakyReLU's slope for negative numbers.

    Raises:
        ConfigError: the image is too small.
    """

    def __init__(
        self, image_shape: tuple[int, int, int], width: Channels, hidden: Units, slope: Slope
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        half, quarter = halves(*size)
        self.layers = nn.Sequential(
            StridedConv2d(channels, width, **halving(*size)),
            nn.LeakyReLU(slope, inplace=True),
            StridedConv2d(width, 2 * width, **halving(*half), bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(slope, inplace=True),
            FeaturesFromImages(),
            nn.Linear(math.prod(quarter) * 2 * width, hidden, bias=False),
            nn.BatchNorm1d(hidden),
            nn.LeakyReLU(slope, inplace=True),
            nn.Linear(hidden, 1),
            nn.Flatten(0),
        )
        self.layers.apply(initialise)


def halves(height: int, width: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return half and a quarter of an image's height and width, rounding up.

    Raises:
        ConfigError: an image of fewer than 4x4 pixels.
    """
    if min(height, width) < SMALLEST:
        raise ConfigError(
            f"model=infogan needs images of at least {SMALLEST}x{SMALLEST} pixels, and these are "
            f"{height}x{width}; the nearest size that it can make is {max(height, SMALLEST)}x"
            f"{max(width, SMALLEST)}. Try model=mlp, or model=mixture_mlp for points of the plane."
        )
    half = (height + 1) // 2, (width + 1) // 2
    return half, ((half[0] + 1) // 2, (half[1] + 1) // 2)
