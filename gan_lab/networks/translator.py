"""CycleGAN's generator, which reads an image: a residual network between two halvings and back.

Zhu, Park, Isola, Efros, 2017, arXiv:1703.10593, appendix 7.2: the network of Johnson, Alahi, Li,
2016, arXiv:1603.08155. Mirrored borders, instance normalisation without gains and biases, weights
from N(0, 0.02).

Shape legend: N = images, C, H, W = image.
"""

from typing import Annotated, ClassVar, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh
from gan_lab.ranges import Range

Blocks = Annotated[int, Range(0, 100)]
Copies = Annotated[float, Range(0, 10)]
STEP = 4  # height and width are halved twice


@final
class ResNetTranslator(nn.Module):
    """7x7 to `width` channels, two halvings, residual blocks, two doublings, 7x7 to the image.

    Args:
        image_shape: `(C, H, W)` of what is read and of what is made, multiples of 4 from 16 on.
        value_range: smallest and largest pixel of the images made.
        width: channels of the first layer; the paper has 64.
        blocks: residual blocks of 4 times the width; the paper has 6 at 128x128 pixels, 9 above.
        copies: how surely it hands on what it reads before it has learned anything: the image, from
            -1 to 1, times this number is added before the last tanh; 0, as in the paper: not.

    Raises:
        ConfigError: a size that cannot be halved twice.
    """

    reads_images: ClassVar = True

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        blocks: Blocks,
        copies: Copies = 0.0,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        check_size("cyclegan", size)
        self.copies = copies
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 7, padding=3, padding_mode="reflect"),
            *normalised(width),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
            *normalised(2 * width),
            nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1),
            *normalised(4 * width),
            *(ResidualBlock(4 * width) for _ in range(blocks)),
            nn.ConvTranspose2d(4 * width, 2 * width, 3, stride=2, padding=1, output_padding=1),
            *normalised(2 * width),
            nn.ConvTranspose2d(2 * width, width, 3, stride=2, padding=1, output_padding=1),
            *normalised(width),
            nn.Conv2d(width, channels, 7, padding=3, padding_mode="reflect"),
            ScaledTanh(*value_range),
        )
        self.layers.apply(initialise)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return images of the same shape, in the value range."""
        return beside_a_copy(self.layers, images_NCHW, images_NCHW, self.copies)


@final
class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, whose result is added to what they read.

    Args:
        channels: of both.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect"),
            *normalised(channels),
            nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect"),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, features_NCHW: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to the same shape."""
        return features_NCHW + self.layers(features_NCHW)


def beside_a_copy(
    layers: nn.Sequential, read: Tensor, images_NCHW: Tensor, copies: float
) -> Tensor:
    """Return what layers that end in a tanh make of `read`, with images added before the tanh.

    Args:
        layers: the last one is a `ScaledTanh`.
        read: by the first one.
        images_NCHW: what is handed on.
        copies: how much of it, on the scale from -1 to 1.
    """
    if not copies:
        return layers(read)
    *others, bound = layers
    made = nn.Sequential(*others)(read)
    return bound(made + copies * (images_NCHW - bound.middle) / bound.half)


def normalised(channels: int) -> list[nn.Module]:
    """Return what follows each convolution but the last."""
    return [nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]


def initialise(module: nn.Module) -> None:
    """Draw the weights of a convolution from N(0, 0.02); biases are 0."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def check_size(model: str, size: list[int]) -> None:
    """Refuse images that are too small, or whose size is no multiple of 4.

    Args:
        model: the word that chose the network.
        size: height and width.

    Raises:
        ConfigError: names the nearest size that can be made.
    """
    height, width = size
    if all(side >= 4 * STEP and side % STEP == 0 for side in size):
        return
    fitting = [max(4 * STEP, round(side / STEP) * STEP) for side in size]
    raise ConfigError(
        f"model={model} makes images whose height and width are multiples of {STEP} from "
        f"{4 * STEP} on, and these are {height}x{width}: try data.size={fitting[0]}"
        + (f", or [{fitting[0]}, {fitting[1]}]." if height != width else ".")
    )
