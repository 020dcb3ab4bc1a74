"""R3GAN: residual networks without normalisation, which a well-posed loss can do without.

Huang, Gokaslan, Kuleshov, Tompkin, 2024, arXiv:2501.05441, in the form of the authors' CIFAR-10
networks (brownvc/R3GAN). Generator and discriminator mirror each other: blocks of one kind at 4, 8,
16, ... pixels. Their loss is loss=relativistic with terms=[r1,r2].

Shape legend: N = batch, Z = latent dimension, K = classes, C, H, W = image, h, w = smallest image.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels
from gan_lab.networks.doubling import Widths, stages, widths_of
from gan_lab.networks.features import Answers
from gan_lab.networks.fully_connected import Float32Layers
from gan_lab.networks.inverted_bottleneck import (
    EXPANSION,
    Pixelwise,
    bottlenecks,
    keep_variance,
)
from gan_lab.networks.resampling import Downsample, Upsample
from gan_lab.ranges import Range

Blocks = Annotated[int, Range(1, 100)]


@final
class R3GANGenerator(nn.Module):
    """Weigh the channels of a learned small image by the latent, then refine and double it.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`; see `doubling.stages`.
        value_range: not used, since no tanh ends the network; every generator is given it.
        width: channels at all sizes, or a list from 4 pixels on. The paper's CIFAR-10 has 768.
        blocks: residual blocks at each size.
        group_width: channels of each group of a 3x3 convolution.
        n_classes: K; 0: there is no condition.
    """

    bounded: ClassVar = False

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Widths,
        blocks: Blocks,
        group_width: Channels,
        n_classes: int = 0,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        sizes = stages(*size, "r3gan")
        widths = grouped_widths(width, sizes, group_width)
        depth = blocks * len(sizes)
        self.labels = embedding(n_classes, latent_dim) if n_classes else None
        inputs = 2 * latent_dim if n_classes else latent_dim
        # In float32 under autocast too, as the authors have it.
        self.smallest = Float32Layers(
            WeighedImage(inputs, widths[0], *sizes[0]),
            *bottlenecks(widths[0], blocks, group_width, depth),
        )
        larger: list[nn.Module] = []
        for before, after in pairwise(widths):
            larger += [pixelwise(before, after)] if before != after else []
            larger += [Upsample(), *bottlenecks(after, blocks, group_width, depth)]
        self.larger = nn.Sequential(*larger, pixelwise(widths[-1], channels))

    def forward(self, latents_NZ: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return images `(N, C, H, W)`; the value range does not bound them."""
        if labels is not None:
            latents_NZ = torch.cat([latents_NZ, looked_up(self.labels, labels)], dim=1)
        return self.larger(self.smallest(latents_NZ))


@final
class R3GANDiscriminator(nn.Module):
    """The generator's stages backwards, then a number per channel, which are weighed into a logit.

    Args:
        image_shape: `(C, H, W)`; see `doubling.stages`.
        width: see `R3GANGenerator`.
        blocks: see `R3GANGenerator`.
        group_width: see `R3GANGenerator`.
        n_classes: K; 0: there is no condition.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        width: Widths,
        blocks: Blocks,
        group_width: Channels,
        n_classes: int = 0,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        sizes = stages(*size, "r3gan")
        widths = grouped_widths(width, sizes, group_width)
        depth = blocks * len(sizes)
        larger: list[nn.Module] = [pixelwise(channels, widths[-1])]
        for before, after in pairwise(reversed(widths)):
            larger += [*bottlenecks(before, blocks, group_width, depth), Downsample()]
            larger += [pixelwise(before, after)] if before != after else []
        self.larger = nn.Sequential(*larger)
        wide = widths[0]
        self.smallest = Float32Layers(
            *bottlenecks(wide, blocks, group_width, depth),
            keep_variance(nn.Conv2d(wide, wide, sizes[0], groups=wide, bias=False)),
            nn.Flatten(),
        )
        self.labels = embedding(n_classes, wide, gain=wide**-0.5) if n_classes else None
        answers = wide if n_classes else 1
        self.n_features = wide
        self.last = Float32Layers(keep_variance(nn.Linear(wide, answers, bias=False)))

    def forward(
        self, images_NCHW: Tensor, labels: Tensor | None = None, with_features: bool = False
    ) -> Tensor | Answers:
        """Return logits `(N,)`; with features if asked for."""
        larger = self.larger(images_NCHW)
        features = self.smallest(larger.to(torch.promote_types(larger.dtype, torch.float32)))
        answers = self.last(features)
        if labels is not None:  # Miyato, Koyama, 2018, arXiv:1802.05637
            answers = answers * looked_up(self.labels, labels)
        logits = answers.sum(1)
        return Answers(logits, features) if with_features else logits


@final
class WeighedImage(nn.Module):
    """A learned image, each of whose channels is weighed by a linear map of the latent.

    Args:
        inputs: of the map.
        channels: C.
        height: h.
        width: w.
    """

    def __init__(self, inputs: int, channels: int, height: int, width: int) -> None:
        super().__init__()
        self.weights = keep_variance(nn.Linear(inputs, channels, bias=False))
        self.image_hwC = nn.Parameter(torch.randn(height, width, channels))

    def forward(self, latents: Tensor) -> Tensor:
        """Map `(N, inputs)` to `(N, C, h, w)`, with channels last in memory."""
        return (self.weights(latents)[:, None, None] * self.image_hwC).permute(0, 3, 1, 2)


def pixelwise(inputs: int, outputs: int) -> nn.Module:
    """Return a map of each pixel's channels without bias."""
    return keep_variance(Pixelwise(inputs, outputs, bias=False))


def embedding(n_classes: int, size: int, gain: float = 1.0) -> nn.Embedding:
    """Return a linear map of labels as one-hot vectors; the last one is of images without."""
    found = nn.Embedding(n_classes + 1, size)
    nn.init.normal_(found.weight, 0.0, gain / math.sqrt(n_classes))
    return found


def looked_up(embedding: nn.Embedding, labels: Tensor) -> Tensor:
    """Return the vectors `(N, size)` of labels, -1 for none, or of shares of classes `(N, K)`."""
    if labels.is_floating_point():
        return labels @ embedding.weight[:-1]
    return embedding(labels % embedding.num_embeddings)


def grouped_widths(
    width: int | Sequence[int], sizes: Sequence[tuple[int, int]], group_width: int
) -> list[int]:
    """Return the channels at each size, from the smallest on.

    Raises:
        ConfigError: there are not as many as sizes, or groups do not divide one of them.
    """
    widths = widths_of(width, sizes)
    step = group_width // math.gcd(group_width, EXPANSION)
    for wide in widths:
        if wide % step:
            nearest = max(step, step * round(wide / step))
            raise ConfigError(
                f"model.width={wide} makes {EXPANSION * wide} channels inside a block, which "
                f"groups of model.group_width={group_width} do not divide; the nearest width that "
                f"they do is {nearest}."
            )
    return widths
