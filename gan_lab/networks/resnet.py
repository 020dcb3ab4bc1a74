"""SNGAN's residual networks: batch normalisation in the generator, spectral in the discriminator.

Miyato, Kataoka, Koyama, Yoshida, 2018, arXiv:1802.05957, appendix B, tables 4 to 6, for 32x32,
48x48 and 128x128 pixels; at 64x64 as in the authors' code (pfnet-research/sngan_projection), whose
initial weights these are, too: Glorot's uniform ones, sqrt(2) times as large in the residual
branches. Height and width need not be equal.

Shape legend: N = batch, Z = latent dimension, K = classes, C, H, W = image.
"""

import itertools
import math
from typing import NamedTuple, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh
from gan_lab.networks.conditional_norm import LabelledLayers
from gan_lab.networks.dcgan import ImagesFromFeatures
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.minibatch_std import Group, MinibatchStd
from gan_lab.networks.normalisation import Norm, check_norm_of_generator, normalisation
from gan_lab.networks.residual_blocks import DownBlock, FirstDownBlock, UpBlock, initialise
from gan_lab.networks.spectral import normalise_spectrally


class Plan(NamedTuple):
    """The networks for images from some size on, in multiples of the width.

    Attributes:
        generator: channels of the first image, then of each block, which doubles it.
        discriminator: channels of each block.
        halvings: blocks of the discriminator that halve the image; they come first.
    """

    generator: tuple[int, ...]
    discriminator: tuple[int, ...]
    halvings: int

    @property
    def step(self) -> int:
        """Height and width must be multiples of it."""
        return 2 ** max(len(self.generator) - 1, self.halvings)


PLANS = {  # by the shorter side from which on they serve
    32: Plan((2, 2, 2, 2), (1, 1, 1, 1), halvings=2),
    48: Plan((8, 4, 2, 1), (1, 2, 4, 8, 16), halvings=4),
    64: Plan((16, 8, 4, 2, 1), (1, 2, 4, 8, 16), halvings=5),
    128: Plan((16, 16, 8, 4, 2, 1), (1, 2, 4, 8, 16, 16), halvings=5),
}
SMALLEST = min(PLANS)


@final
class ResNetGenerator(nn.Module):
    """Project the latent to a small image of many channels, then double its size per block.

    Args:
        latent_dim: Z; the paper has 128.
        image_shape: `(C, H, W)`, from 32x32 on.
        value_range: smallest and largest pixel of the images made.
        width: channels of the last block; below 48x48 pixels, where all blocks have equally many,
            half of them. The paper has 128 there and 64 from 48x48 on.
        norm: before each convolution of the blocks and before the last one.
        n_classes: K, each with gains and biases of its own behind `norm`; 0: there are no labels.

    Raises:
        ConfigError: the size is none that the blocks make, or `norm` is for discriminators or tells
            of no class.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        norm: Norm,
        n_classes: int = 0,
    ) -> None:
        super().__init__()
        check_norm_of_generator(norm, n_classes)
        image_channels, *size = image_shape
        first, *others = (width * channels for channels in plan_for(*size).generator)
        smallest = [side // 2 ** len(others) for side in size]
        layers: list[nn.Module] = [
            nn.Linear(latent_dim, math.prod(smallest) * first),
            ImagesFromFeatures(*smallest),
        ]
        for before, after in itertools.pairwise([first, *others]):
            layers.append(UpBlock(before, after, norm, n_classes))
        last = others[-1]
        layers += [
            normalisation(norm, last, n_classes),
            nn.ReLU(inplace=True),
            nn.Conv2d(last, image_channels, 3, padding=1),
            ScaledTanh(*value_range),
        ]
        self.layers = LabelledLayers(*layers)
        initialise(self)

    def forward(self, latents_NZ: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ, labels)


@final
class ResNetDiscriminator(LayeredDiscriminator):
    """Halve the image in the first blocks, then weigh the sums of all channels into a logit.

    Args:
        image_shape: `(C, H, W)`, from 32x32 on.
        width: channels of the first block; the paper has 128 below 48x48 and 64 from there on.
        norm: of all weights if `spectral`, else before each convolution but the first block's.
        minibatch_std: images per group whose standard deviation the last block sees, or 0.

    Raises:
        ConfigError: the size is none that the blocks judge.
    """

    def __init__(
        self, image_shape: tuple[int, int, int], width: Channels, norm: Norm, minibatch_std: Group
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        plan = plan_for(*size)
        before, *others = (width * multiple for multiple in plan.discriminator)
        layers: list[nn.Module] = [FirstDownBlock(channels, before)]
        for number, after in enumerate(others, start=2):
            if minibatch_std and number == len(plan.discriminator):
                layers.append(MinibatchStd(minibatch_std))
                before += 1
            layers.append(DownBlock(before, after, norm, halve=number <= plan.halvings))
            before = after
        layers += [nn.ReLU(), SumOfPlaces(), nn.Linear(before, 1), nn.Flatten(0)]
        self.layers = nn.Sequential(*layers)
        initialise(self)
        if norm == "spectral":
            normalise_spectrally(self)


@final
class SumOfPlaces(nn.Module):
    """The paper's global sum pooling."""

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to `(N, C)`."""
        return features.sum(dim=(2, 3))


def plan_for(height: int, width: int) -> Plan:
    """Return the networks for images of this size.

    Raises:
        ConfigError: there are none.
    """
    plan = fitting(height, width)
    if plan is None:
        tall, wide = nearest_size(height, width)
        typed = f"data.size={tall if tall == wide else [tall, wide]}"
        raise ConfigError(
            f"model=resnet makes images of at least {SMALLEST}x{SMALLEST} pixels that it can halve "
            f"three to five times, and these are {height}x{width}; the nearest size that it can "
            f"make is {tall}x{wide}: {typed}."
        )
    return plan


def fitting(height: int, width: int) -> Plan | None:
    """Return the networks for images of this size, if there are any."""
    starts = [side for side in PLANS if side <= min(height, width)]
    plan = PLANS[max(starts)] if starts else None
    return plan if plan and height % plan.step == width % plan.step == 0 else None


def nearest_size(height: int, width: int) -> tuple[int, int]:
    """Return the size that differs least in height plus width and that there are networks for."""
    reach = max(plan.step for plan in PLANS.values())
    around = [
        range(max(SMALLEST, side - reach), max(SMALLEST, side) + reach + 1)
        for side in (height, width)
    ]
    return min(
        (size for size in itertools.product(*around) if fitting(*size)),
        key=lambda size: abs(size[0] - height) + abs(size[1] - width),
    )
