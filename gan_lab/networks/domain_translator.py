"""StarGAN's generator, which reads an image and the domain that it is translated to.

Choi et al., 2018, arXiv:1711.09020, appendix 7.2, and the authors' code: each domain is a further
channel of the image, all 1 or all 0. Borders are zeros: instance normalisation takes away what is
the same everywhere, and so would the domain without what a border makes of it.

Shape legend: N = images, K = domains, C, H, W = image.
"""

from typing import ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh
from gan_lab.networks.labels import one_hot
from gan_lab.networks.translator import Blocks, Copies, beside_a_copy, check_size


@final
class DomainTranslator(nn.Module):
    """7x7 to `width` channels, two halvings, residual blocks, two doublings, 7x7 to the image.

    Args:
        image_shape: `(C, H, W)` of what is read and of what is made, multiples of 4 from 16 on.
        value_range: smallest and largest pixel of the images made.
        n_classes: K.
        width: channels of the first layer; the paper has 64.
        blocks: residual blocks of 4 times the width; the paper has 6 at 128x128 pixels.
        copies: how surely it hands on what it reads before it has learned anything: the image, from
            -1 to 1, times this number is added before the last tanh; 0, as in the paper: not.

    Raises:
        ConfigError: there are no domains, or a size that cannot be halved twice.
    """

    reads_images: ClassVar = True

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        n_classes: int,
        width: Channels,
        blocks: Blocks,
        copies: Copies = 0.0,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        check_domains(n_classes)
        check_size("stargan", size)
        self.n_classes, self.copies = n_classes, copies
        self.layers = nn.Sequential(
            nn.Conv2d(channels + n_classes, width, 7, padding=3, bias=False),
            *normalised(width),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
            *normalised(2 * width),
            nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
            *normalised(4 * width),
            *(ResidualBlock(4 * width) for _ in range(blocks)),
            nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1, bias=False),
            *normalised(2 * width),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False),
            *normalised(width),
            nn.Conv2d(width, channels, 7, padding=3, bias=False),
            ScaledTanh(*value_range),
        )

    def forward(self, images_NCHW: Tensor, domains: Tensor) -> Tensor:
        """Return images of the same shape, in the value range.

        Args:
            images_NCHW: of any domains.
            domains: to translate to: a class each `(N,)`, or a share of each `(N, K)`.
        """
        maps_NK = one_hot(domains, self.n_classes).to(images_NCHW.dtype)
        maps_NKHW = maps_NK[:, :, None, None].expand(-1, -1, *images_NCHW.shape[2:])
        read = torch.cat([images_NCHW, maps_NKHW], dim=1)
        return beside_a_copy(self.layers, read, images_NCHW, self.copies)


@final
class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, whose result is added to what they read.

    Args:
        channels: of both.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            *normalised(channels),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.InstanceNorm2d(channels, affine=True),
        )

    def forward(self, features_NCHW: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to the same shape."""
        return features_NCHW + self.layers(features_NCHW)


def normalised(channels: int) -> list[nn.Module]:
    """Return what follows each convolution but the last; gains and biases are learned."""
    return [nn.InstanceNorm2d(channels, affine=True), nn.ReLU(inplace=True)]


def check_domains(n_classes: int) -> None:
    """Refuse a network of domains where there are none.

    Raises:
        ConfigError: says who has some.
    """
    if not n_classes:
        raise ConfigError(
            "model=stargan is told of domains, and there are none: choose algorithm=stargan with "
            "data.condition=labels, or another model=."
        )
