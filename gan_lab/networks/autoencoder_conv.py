"""Convolutional encoders and decoders of autoencoders: the halvings of DCGAN, there and back.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from typing import final

from torch import Tensor, nn

from gan_lab.networks.blocks import Channels
from gan_lab.networks.dcgan import FeaturesFromImages, ImagesFromFeatures, halving, stages
from gan_lab.networks.strided import StridedConv2d, StridedConvTranspose2d


@final
class ConvEncoder(nn.Module):
    """Halve the image per stage, doubling the channels, then weigh all that is left into a code.

    Args:
        image_shape: `(C, H, W)`, from 8x8 on.
        code_size: numbers that it says.
        width: channels of the first layer; each further stage has twice as many.

    Raises:
        ConfigError: the image is too small.
    """

    def __init__(self, image_shape: tuple[int, int, int], code_size: int, width: Channels) -> None:
        super().__init__()
        channels, *size = image_shape
        *larger, smallest = stages(*size)
        layers: list[nn.Module] = []
        for stage in larger:
            layers += [StridedConv2d(channels, width, **halving(*stage)), nn.ReLU(inplace=True)]
            channels, width = width, 2 * width
        features = math.prod(smallest) * channels
        self.layers = nn.Sequential(*layers, FeaturesFromImages(), nn.Linear(features, code_size))

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return codes `(N, code_size)`."""
        return self.layers(images_NCHW)


@final
class ConvDecoder(nn.Module):
    """Project latents to a small image of many channels, then double its size per stage.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, from 8x8 on.
        width: channels of the largest hidden layer; each smaller one has twice as many.

    Raises:
        ConfigError: the image is too small.
    """

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int], width: Channels) -> None:
        super().__init__()
        channels, *size = image_shape
        *larger, smallest = stages(*size)
        wide = width * 2 ** (len(larger) - 1)
        layers: list[nn.Module] = [
            nn.Linear(latent_dim, math.prod(smallest) * wide),
            ImagesFromFeatures(*smallest),
            nn.ReLU(inplace=True),
        ]
        for stage in reversed(larger[1:]):
            layers.append(StridedConvTranspose2d(wide, wide // 2, **halving(*stage)))
            layers.append(nn.ReLU(inplace=True))
            wide //= 2
        layers.append(StridedConvTranspose2d(wide, channels, **halving(*size)))
        self.layers = nn.Sequential(*layers)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return numbers `(N, C, H, W)`."""
        return self.layers(latents_NZ)
