"""The DCGANs of the stacked MNIST experiments of PacGAN.

Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086; layers, starts and normalisation as in the authors'
code (fjxmlzn/PacGAN, stacked_MNIST_experiments/):

- after VEEGAN (Srivastava et al., 2017): Radford et al.'s network with 5x5 kernels, four strided
  layers on each side;
- after Unrolled GAN (Metz et al., 2017, arXiv:1611.02163): 3x3 kernels, three strided layers, a
  generator of few channels and a discriminator with a quarter or half as many.

Where an odd kernel on an even image leaves one row and column of padding to place, it stands before
the image here and behind it there; the networks are each other's mirror image.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Literal, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh, Side, Slope
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.strided import StridedConv2d, StridedConvTranspose2d
from gan_lab.ranges import Length

STD = 0.02


@final
class StackedMNISTGenerator(nn.Module):
    """Project the latent to a small image of many channels, then double its size per layer.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any; a side of 28 is 14, 7, 4, 2 before.
        value_range: smallest and largest pixel of the images made.
        channels: of each layer, the projected one first.
        kernel: side of the kernels, odd.
        last_stride: 2: the last doubling makes the image itself; 1: a further convolution does.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        channels: Annotated[Sequence[Channels], Length(1, 10)],
        kernel: Side,
        last_stride: Literal[1, 2],
    ) -> None:
        super().__init__()
        check_kernel("model.generator.kernel", kernel)
        image_channels, *size = image_shape
        doublings = len(channels) - (last_stride == 1)
        smallest, *larger = zip(*(halved(side, doublings)[::-1] for side in size), strict=True)
        layers: list[nn.Module] = [
            nn.Linear(latent_dim, channels[0] * math.prod(smallest)),
            nn.Unflatten(1, (channels[0], *smallest)),
        ]
        outputs = [*channels[1:], image_channels]
        inputs = channels[0]
        for number, output in enumerate(outputs):
            layers += [nn.BatchNorm2d(inputs), nn.ReLU()]
            if number < doublings:
                layers.append(doubling(inputs, output, kernel, *larger[number]))
            else:
                layers.append(nn.Conv2d(inputs, output, kernel, padding=kernel // 2))
            inputs = output
        self.layers = nn.Sequential(*layers, ScaledTanh(*value_range))
        self.layers.apply(initialise)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ)


@final
class StackedMNISTDiscriminator(LayeredDiscriminator):
    """Halve the image per layer, then weigh all that is left into a logit.

    Args:
        image_shape: `(C, H, W)`, any; a side of 28 becomes 14, 7, 4, 2.
        channels: of each layer.
        kernel: side of the kernels, odd.
        slope: LeakyReLU's slope for negative numbers.
        normalise_first: whether the first layer is batch-normalised like the others.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        channels: Annotated[Sequence[Channels], Length(1, 10)],
        kernel: Side,
        slope: Slope,
        normalise_first: bool,
    ) -> None:
        super().__init__()
        check_kernel("model.discriminator.kernel", kernel)
        inputs, *size = image_shape
        layers: list[nn.Module] = []
        for number, output in enumerate(channels):
            layers.append(StridedConv2d(inputs, output, kernel, padding=kernel // 2))
            if number > 0 or normalise_first:
                layers.append(nn.BatchNorm2d(output))
            layers.append(nn.LeakyReLU(slope))
            inputs = output
        left = math.prod(halved(side, len(channels))[-1] for side in size)
        layers += [nn.Flatten(), nn.Linear(inputs * left, 1), nn.Flatten(0)]
        self.layers = nn.Sequential(*layers)
        self.layers.apply(initialise)


def halved(size: int, times: int) -> list[int]:
    """Return a side of an image that is halved some times, odd ones rounded up; `size` first."""
    sides = [size]
    for _ in range(times):
        sides.append((sides[-1] + 1) // 2)
    return sides


def doubling(
    inputs: int, outputs: int, kernel: int, height: int, width: int
) -> StridedConvTranspose2d:
    """Return the fractionally strided convolution that ends at this size, which may be odd."""
    even = (1 - height % 2, 1 - width % 2)
    return StridedConvTranspose2d(inputs, outputs, kernel, padding=kernel // 2, output_padding=even)


def check_kernel(key: str, kernel: int) -> None:
    """Refuse a kernel without a middle.

    Raises:
        ConfigError: `kernel` is even.
    """
    if kernel % 2 == 0:
        raise ConfigError(f"{key}={kernel} must be an odd number from 1 on, such as 3.")


def initialise(module: nn.Module) -> None:
    """Draw weights from N(0, 0.02), those of convolutions cut at 0.04; gains are 1, biases 0."""
    if isinstance(module, nn.Conv2d):
        nn.init.trunc_normal_(module.weight, 0.0, STD, a=-2 * STD, b=2 * STD)
    elif isinstance(module, nn.Linear | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, STD)
    else:
        return
    nn.init.zeros_(module.bias)
