"""The generator of Puzzle-GAN: Lee et al., 2018, arXiv:1703.10730.

It is shown patches of an image and not where they come from. One encoder looks at each of them, and
what it finds is added up, so that their order makes no difference. One head says where in the image
they belong, as a mask; another, which sees the features of the first at every size, makes the
image.

The paper's image head is a U-Net around the mask; here both heads grow side by side from the same
sum. Height and width double, as in DCGAN, from 3 or 4 pixels on.

Shape legend: N = images, K = patches, C, H, W = image, h, w = patch, E = embedding, Z = latents.
"""

import math
from collections.abc import Sequence
from typing import ClassVar, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh, Slope, Units
from gan_lab.networks.dcgan import (
    FeaturesFromImages,
    ImagesFromFeatures,
    halving,
    initialise,
    stages,
)
from gan_lab.networks.normalisation import Norm, check_norm_of_generator, normalisation
from gan_lab.networks.strided import StridedConv2d, StridedConvTranspose2d

SMALLEST_PATCH = 4  # pixels of a side
SEEN = 4  # rows and columns of what the encoder sees in a patch at last, halved twice


class Assembled(NamedTuple):
    """What is made of patches.

    Attributes:
        images: `(N, C, H, W)` in the value range.
        masks: `(N, 1, H, W)`, 0 to 1: whether a pixel is of one of the patches.
    """

    images: Tensor
    masks: Tensor


@final
class PuzzleGenerator(nn.Module):
    """An encoder of patches, a head for the mask, and a head for the image.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, from 8x8 on.
        value_range: smallest and largest pixel of the images made.
        width: channels of the largest hidden layer of a head; each smaller one has twice as many.
        embedding: E; the paper has 128.
        slope: LeakyReLU's, in the encoder, for negative numbers.
        norm: of all layers but the first of the encoder and the last of each head.

    Raises:
        ConfigError: the image is too small, or `norm` is for discriminators.
    """

    reads_patches: ClassVar = True

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        embedding: Units,
        slope: Slope,
        norm: Norm = "batch",
    ) -> None:
        super().__init__()
        check_norm_of_generator(norm)
        channels, *size = image_shape
        sizes = stages(*size)
        self.encoder = nn.Sequential(
            StridedConv2d(channels, width, 4, 1),
            nn.LeakyReLU(slope, inplace=True),
            StridedConv2d(width, 2 * width, 4, 1),
            normalisation(norm, 2 * width),
            nn.LeakyReLU(slope, inplace=True),
            nn.AdaptiveAvgPool2d(SEEN),
            FeaturesFromImages(),
            nn.Linear(2 * width * SEEN**2, embedding),
        )
        widths = [width * 2**stage for stage in range(len(sizes) - 1)][::-1]
        self.mask_begin = begin(embedding, widths[0], sizes[-1], norm)
        self.mask_stages = doublings(widths, widths, sizes, norm)
        self.mask_end = StridedConvTranspose2d(widths[-1], 1, **halving(*sizes[0]))
        twice = [2 * each for each in widths]  # its own features beside those of the mask
        self.image_begin = begin(embedding + latent_dim, widths[0], sizes[-1], norm)
        self.image_stages = doublings(twice, widths, sizes, norm)
        self.image_end = nn.Sequential(
            StridedConvTranspose2d(twice[-1], channels, **halving(*sizes[0])),
            ScaledTanh(*value_range),
        )
        self.apply(initialise)

    def forward(self, patches_NKChw: Tensor, latents_NZ: Tensor) -> Assembled:
        """Return images and masks."""
        shown = self.encoder(enlarged(patches_NKChw.flatten(0, 1), 4 * SEEN))
        summed = shown.unflatten(0, patches_NKChw.shape[:2]).sum(dim=1)
        mask = self.mask_begin(summed)
        image = self.image_begin(torch.cat([summed, latents_NZ], dim=1))
        for of_mask, of_image in zip(self.mask_stages, self.image_stages, strict=True):
            image = of_image(torch.cat([image, mask], dim=1))
            mask = of_mask(mask)
        images = self.image_end(torch.cat([image, mask], dim=1))
        return Assembled(images, self.mask_end(mask).sigmoid())


def enlarged(patches_NChw: Tensor, least: int) -> Tensor:
    """Return patches with at least so many rows and columns."""
    size = [max(side, least) for side in patches_NChw.shape[-2:]]
    if size == list(patches_NChw.shape[-2:]):
        return patches_NChw
    return interpolate(patches_NChw, size, mode="bilinear")


def begin(inputs: int, width: int, size: tuple[int, int], norm: Norm) -> nn.Module:
    """Return what makes a small image of features."""
    return nn.Sequential(
        nn.Linear(inputs, math.prod(size) * width),
        ImagesFromFeatures(*size),
        normalisation(norm, width),
        nn.ReLU(inplace=True),
    )


def doublings(
    inputs: Sequence[int], outputs: Sequence[int], sizes: Sequence[tuple[int, int]], norm: Norm
) -> nn.ModuleList:
    """Return the stages between the smallest image and the one before the last.

    Args:
        inputs: channels before each, from the smallest image on.
        outputs: channels at each size, from the smallest image on.
        sizes: of the images, from the largest on.
        norm: after each convolution.
    """
    return nn.ModuleList(
        nn.Sequential(
            StridedConvTranspose2d(before, after, **halving(*larger)),
            normalisation(norm, after),
            nn.ReLU(inplace=True),
        )
        for before, after, larger in zip(inputs, outputs[1:], sizes[-2:0:-1], strict=False)
    )


def check_patches(size: tuple[int, int], shape: tuple[int, int]) -> None:
    """Refuse patches that cannot be cut out of an image, or in which there is little to see.

    Args:
        size: height and width of a patch.
        shape: of the image.

    Raises:
        ConfigError: says what can be.
    """
    patch, image = ("x".join(map(str, sides)) for sides in (size, shape))
    if size[0] > shape[0] or size[1] > shape[1]:
        raise ConfigError(
            f"algorithm.patch_size={patch} is larger than the images, which have {image} pixels: "
            f"choose {min(shape) // 3}, a third, or leave it out."
        )
    if size == shape:
        raise ConfigError(
            f"algorithm.patch_size={patch} is the whole image, and nothing is left to find: choose "
            f"{min(shape) // 3}, a third, or leave it out."
        )
    if min(size) < SMALLEST_PATCH:
        raise ConfigError(
            f"algorithm.patch_size={patch} of images of {image} pixels is too small to be looked "
            f"at: choose {SMALLEST_PATCH} or more, or a larger data.size."
        )
