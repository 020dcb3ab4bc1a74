"""pix2pix's generator, which reads an image: halvings down to few pixels, and back with shortcuts.

Isola, Zhu, Zhou, Efros, 2017, arXiv:1611.07004, appendix 6.1.1, as in the authors' code for
CycleGAN: instance normalisation, and dropout left out. Each doubling is told what the halving of
its size saw.

Shape legend: N = images, C, H, W = image.
"""

from typing import Annotated, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, ScaledTanh, Slope
from gan_lab.networks.translator import initialise
from gan_lab.ranges import Range

Halvings = Annotated[int, Range(1, 12)]
MOST = 8  # channels, in multiples of the width


@final
class UNetTranslator(nn.Module):
    """Halve the image some times, double it as often, with shortcuts between equal sizes.

    Args:
        image_shape: `(C, H, W)` of what is read and of what is made.
        value_range: smallest and largest pixel of the images made.
        width: channels of the first layer; the paper has 64.
        halvings: of the image; the paper has 8 at 256x256 pixels, down to a single one.
        slope: of LeakyReLU on the way down.

    Raises:
        ConfigError: a size that cannot be halved so often.
    """

    reads_images: ClassVar = True

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        width: Channels,
        halvings: Halvings,
        slope: Slope = 0.2,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        if any(side % 2**halvings for side in size):
            raise ConfigError(
                f"model.generator.halvings={halvings} needs a height and width that are multiples "
                f"of {2**halvings}, and the images are {size[0]}x{size[1]}: choose fewer."
            )
        smallest = min(size) >> halvings
        widths = [min(2**level, MOST) * width for level in range(halvings)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for level, made in enumerate(widths):
            read = widths[level - 1] if level else channels
            last = level == halvings - 1
            steps: list[nn.Module] = [nn.LeakyReLU(slope)] if level else []
            steps.append(nn.Conv2d(read, made, 4, stride=2, padding=1))
            # One pixel has no spread to be normalised by.
            if level and not (last and smallest == 1):
                steps.append(nn.InstanceNorm2d(made))
            self.down.append(nn.Sequential(*steps))
        for level in reversed(range(halvings)):
            read = widths[level] * (1 if level == halvings - 1 else 2)
            made = widths[level - 1] if level else channels
            steps = [nn.ReLU(), nn.ConvTranspose2d(read, made, 4, stride=2, padding=1)]
            steps.append(nn.InstanceNorm2d(made) if level else ScaledTanh(*value_range))
            self.up.append(nn.Sequential(*steps))
        self.apply(initialise)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return images of the same shape, in the value range."""
        seen = [images_NCHW]
        for halve in self.down:
            seen.append(halve(seen[-1]))
        features = seen.pop()
        for double in self.up[:-1]:
            features = torch.cat([double(features), seen.pop()], dim=1)
        return self.up[-1](features)
