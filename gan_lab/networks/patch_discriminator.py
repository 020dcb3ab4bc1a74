"""A discriminator that judges each patch of an image: PatchGAN.

Isola, Zhu, Zhou, Efros, 2017, arXiv:1611.07004, appendix 6.1.2; with instance normalisation as in
Zhu et al., 2017, arXiv:1703.10593.

Shape legend: N = images, P = patches of each, C, H, W = image.
"""

from typing import Annotated, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, Slope
from gan_lab.networks.translator import initialise
from gan_lab.ranges import Range

Halvings = Annotated[int, Range(0, 10)]
Growth = Annotated[int, Range(1, 8)]
MOST = 8  # channels, in multiples of the width


@final
class PatchDiscriminator(nn.Module):
    """4x4 convolutions: some halve the image, then some that do not, to a logit per place.

    A logit sees 70x70 pixels after three halvings, 34 after two, 16 after one, if one convolution
    more does not halve them; 22 after two without such a one.

    Args:
        image_shape: `(C, H, W)`.
        width: channels of the first layer; the paper has 64.
        halvings: convolutions that halve the image; the paper has 3.
        slope: of LeakyReLU.
        growth: factor of the channels from one layer to the next, up to 8 times the width.
        unhalved: convolutions that do not halve the image, besides the last one.

    Raises:
        ConfigError: nothing is left of the image.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        width: Channels,
        halvings: Halvings,
        slope: Slope = 0.2,
        growth: Growth = 2,
        unhalved: Halvings = 1,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        least = unhalved + 2  # each further convolution takes a pixel
        if min(size) >> halvings < least:
            raise ConfigError(
                f"model.discriminator.halvings={halvings} leaves fewer than {least} pixels of the "
                f"{size[0]}x{size[1]} of these images: choose fewer."
            )
        layers: list[nn.Module] = []
        made = channels
        for level in range(halvings + unhalved):
            read, made = made, min(growth**level, MOST) * width
            layers.append(nn.Conv2d(read, made, 4, stride=2 if level < halvings else 1, padding=1))
            if level:
                layers.append(nn.InstanceNorm2d(made))
            layers.append(nn.LeakyReLU(slope, inplace=True))
        self.layers = nn.Sequential(*layers, nn.Conv2d(made, 1, 4, padding=1), nn.Flatten(0))
        self.layers.apply(initialise)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return a logit for each patch, one image after the other, `(N * P,)`."""
        return self.layers(images_NCHW)
