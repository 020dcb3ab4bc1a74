"""DCGAN: strided convolutions down, fractionally strided ones up, and no pooling.

Radford, Metz, Chintala, 2016, arXiv:1511.06434. Batch normalisation, or the one that is chosen, in
every layer but the generator's last and the discriminator's first; ReLU and tanh in the generator,
LeakyReLU 0.2 in the discriminator; weights from N(0, 0.02). Kernels are 4x4 rather than the paper's
5x5: an even kernel covers a stride of 2 evenly, so no checkerboard is built in. They have 3 rows or
columns where an odd side is halved, rounding up. Height and width need not be equal.

Shape legend: N = batch, Z = latent dimension, K = classes, C, H, W = image.
"""

import math
from typing import Any, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh, Slope
from gan_lab.networks.conditional_norm import LabelledLayers
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.minibatch_std import Group, MinibatchStd
from gan_lab.networks.normalisation import (
    AFFINE,
    LAYERS,
    Norm,
    check_norm_of_generator,
    normalisation,
)
from gan_lab.networks.spectral import normalise_spectrally
from gan_lab.networks.strided import StridedConv2d, StridedConvTranspose2d

SMALLEST = 8  # height and width


@final
class DCGANGenerator(nn.Module):
    """Project the latent to a small image of many channels, then double its size per stage.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, from 8x8 on.
        value_range: smallest and largest pixel of the images made.
        width: channels of the largest hidden layer; each smaller layer has twice as many.
            The paper's 64x64 network has 128.
        norm: of every layer but the last.
        n_classes: K, each with gains and biases of its own behind `norm`; 0: there are no labels.

    Raises:
        ConfigError: the image is too small, or `norm` is for discriminators or tells of no class.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        norm: Norm = "batch",
        n_classes: int = 0,
    ) -> None:
        super().__init__()
        check_norm_of_generator(norm, n_classes)
        channels, *size = image_shape
        *larger, smallest = stages(*size)
        wide = width * 2 ** (len(larger) - 1)
        layers: list[nn.Module] = [
            nn.Linear(latent_dim, math.prod(smallest) * wide, bias=norm not in LAYERS),
            ImagesFromFeatures(*smallest),
            normalisation(norm, wide, n_classes),
            nn.ReLU(inplace=True),
        ]
        for stage in reversed(larger[1:]):
            layers += [
                StridedConvTranspose2d(wide, wide // 2, **halving(*stage), bias=norm not in LAYERS),
                normalisation(norm, wide // 2, n_classes),
                nn.ReLU(inplace=True),
            ]
            wide //= 2
        layers += [
            StridedConvTranspose2d(wide, channels, **halving(*size)),
            ScaledTanh(*value_range),
        ]
        self.layers = LabelledLayers(*layers)
        self.layers.apply(initialise)

    def forward(self, latents_NZ: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ, labels)


@final
class DCGANDiscriminator(LayeredDiscriminator):
    """Halve the image per stage, doubling the channels, then weigh all that is left into a logit.

    Args:
        image_shape: `(C, H, W)`, from 8x8 on.
        width: channels of the first layer; each further stage has twice as many.
        slope: LeakyReLU's slope for negative numbers.
        norm: of all weights if `spectral`, else of every layer but the first and the last.
        minibatch_std: images per group whose standard deviation the last layer sees, or 0.

    Raises:
        ConfigError: the image is too small.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        width: Channels,
        slope: Slope = 0.2,
        norm: Norm = "batch",
        minibatch_std: Group = 0,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        *larger, smallest = stages(*size)
        layers: list[nn.Module] = [
            StridedConv2d(channels, width, **halving(*size)),
            nn.LeakyReLU(slope, inplace=True),
        ]
        for stage in larger[1:]:
            layers += [
                StridedConv2d(width, 2 * width, **halving(*stage), bias=norm not in LAYERS),
                normalisation(norm, 2 * width),
                nn.LeakyReLU(slope, inplace=True),
            ]
            width *= 2
        if minibatch_std:
            layers.append(MinibatchStd(minibatch_std))
            width += 1
        layers += [
            FeaturesFromImages(),
            nn.Linear(math.prod(smallest) * width, 1),
            nn.Flatten(0),
        ]
        self.layers = nn.Sequential(*layers)
        self.layers.apply(initialise)
        if norm == "spectral":
            normalise_spectrally(self)


@final
class ImagesFromFeatures(nn.Module):
    """Take each image's features for its pixels, one after the other, with all their channels.

    With the layer before it, this is the paper's "project and reshape". Channels come last in
    memory, as the convolutions like them, so nothing is copied.

    Args:
        height: of the images.
        width: of the images.
    """

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.size = (height, width)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, H * W * C)` to `(N, C, H, W)`."""
        return features.unflatten(1, (*self.size, -1)).permute(0, 3, 1, 2)


@final
class FeaturesFromImages(nn.Module):
    """The inverse of `ImagesFromFeatures`."""

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to `(N, H * W * C)`."""
        return images.permute(0, 2, 3, 1).flatten(1)


def stages(height: int, width: int) -> list[tuple[int, int]]:
    """Return height and width of the image at each stage: 28x28, 14x14, 7x7, 4x4.

    Both are halved, rounding up, until the shorter side has 3 or 4 pixels.

    Raises:
        ConfigError: an image of fewer than 8x8 pixels.
    """
    if min(height, width) < SMALLEST:
        raise ConfigError(
            f"model=dcgan needs images of at least {SMALLEST}x{SMALLEST} pixels, and these are "
            f"{height}x{width}; the nearest size that it can make is {max(height, SMALLEST)}x"
            f"{max(width, SMALLEST)}. Try model=mlp, or model=mixture_mlp for points of the plane."
        )
    found = [(height, width)]
    while min(found[-1]) > 4:
        found.append(tuple((side + 1) // 2 for side in found[-1]))
    return found


def halving(height: int, width: int) -> dict[str, Any]:
    """Return the convolution between an image of this size and its half, which rounds up."""
    return {"kernel_size": tuple(3 if side % 2 else 4 for side in (height, width)), "padding": 1}


def initialise(module: nn.Module) -> None:
    """Draw weights from N(0, 0.02) and normalisation gains from N(1, 0.02); biases are 0."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, AFFINE) and module.affine:
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
