"""Progressive GAN: networks that begin with small images, and grow by a level at a time.

Karras, Aila, Laine, Lehtinen, 2018, arXiv:1710.10196, table 2 and figure 2, in the form of the
authors' code (tkarras/progressive_growing_of_gans). Generator and discriminator mirror each other.
Images may be of any level; outside the networks all have the size of the last.

Shape legend: N = batch, Z = latent dimension, C, H, W = image, F = features.
"""

import math
from itertools import pairwise
from typing import ClassVar, final

from torch import Tensor, nn

from gan_lab.networks.dcgan import FeaturesFromImages, ImagesFromFeatures
from gan_lab.networks.doubling import Widths, stages, widths_of
from gan_lab.networks.equalised import (
    GAIN,
    SLOPE,
    EqualisedConv2d,
    EqualisedLinear,
    PixelNorm,
)
from gan_lab.networks.features import Answers
from gan_lab.networks.growing import Growing, doubled, halved
from gan_lab.networks.minibatch_std import Group, MinibatchStd


@final
class ProgressiveGenerator(Growing):
    """Make a small image of a latent on the sphere; each level doubles its features.

    Every level has its own way to an image, so that what one adds can be faded in.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`; see `doubling.stages`.
        width: channels at all sizes, or a list from 4 pixels on.
    """

    bounded: ClassVar = False

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int], width: Widths) -> None:
        channels, *size = image_shape
        sizes = stages(*size, "progressive")
        super().__init__(len(sizes))
        widths = widths_of(width, sizes)
        self.smallest = nn.Sequential(
            PixelNorm(),
            # A gain of a quarter, as in the authors' code: this layer changes as slowly as others.
            EqualisedLinear(latent_dim, widths[0] * math.prod(sizes[0]), gain=GAIN / 4),
            ImagesFromFeatures(*sizes[0]),
            nn.LeakyReLU(SLOPE),
            PixelNorm(),
            *normalised(widths[0], widths[0]),
        )
        self.larger = nn.ModuleList(
            nn.Sequential(*normalised(before, after), *normalised(after, after))
            for before, after in pairwise(widths)
        )
        self.to_images = nn.ModuleList(
            EqualisedConv2d(wide, channels, kernel=1, gain=1.0) for wide in widths
        )

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`; the value range does not bound them."""
        features = before = self.smallest(latents_NZ)
        for level in self.larger[: self.in_use]:
            before = features
            features = level(doubled(features))
        images = self.to_images[self.in_use](features)
        if self.is_fading:
            images = self.blend(doubled(self.to_images[self.in_use - 1](before)), images)
        return doubled(images, self.last - self.in_use)


@final
class ProgressiveDiscriminator(Growing):
    """The generator's levels backwards, then how much images differ, and two layers to a logit.

    Args:
        image_shape: `(C, H, W)`; see `doubling.stages`.
        width: see `ProgressiveGenerator`.
        minibatch_std: images per group whose standard deviation it sees; 0: none.
    """

    def __init__(
        self, image_shape: tuple[int, int, int], width: Widths, minibatch_std: Group
    ) -> None:
        channels, *size = image_shape
        sizes = stages(*size, "progressive")
        super().__init__(len(sizes))
        widths = widths_of(width, sizes)
        self.n_features = widths[0]
        self.from_images = nn.ModuleList(
            nn.Sequential(EqualisedConv2d(channels, wide, kernel=1), nn.LeakyReLU(SLOPE))
            for wide in widths
        )
        self.larger = nn.ModuleList(
            nn.Sequential(*activated(after, after), *activated(after, before), nn.AvgPool2d(2))
            for before, after in pairwise(widths)
        )
        self.smallest = nn.Sequential(
            *([MinibatchStd(minibatch_std)] if minibatch_std else []),
            *activated(widths[0] + bool(minibatch_std), widths[0]),
            FeaturesFromImages(),
            EqualisedLinear(widths[0] * math.prod(sizes[0]), widths[0]),
            nn.LeakyReLU(SLOPE),
        )
        self.logits = EqualisedLinear(widths[0], 1, gain=1.0)

    def forward(self, images_NCHW: Tensor, with_features: bool = False) -> Tensor | Answers:
        """Return logits `(N,)`; with features `(N, F)` if asked for."""
        images = halved(images_NCHW, self.last - self.in_use)
        features = self.from_images[self.in_use](images)
        for level in reversed(range(self.in_use)):
            features = self.larger[level](features)
            if self.is_fading and level == self.in_use - 1:
                features = self.blend(self.from_images[level](halved(images)), features)
        features = self.smallest(features)
        logits = self.logits(features).squeeze(1)
        return Answers(logits, features) if with_features else logits


def activated(inputs: int, outputs: int) -> list[nn.Module]:
    """Return a convolution with its activation."""
    return [EqualisedConv2d(inputs, outputs), nn.LeakyReLU(SLOPE)]


def normalised(inputs: int, outputs: int) -> list[nn.Module]:
    """Return the same for a generator, whose pixels it keeps at one length."""
    return [*activated(inputs, outputs), PixelNorm()]
