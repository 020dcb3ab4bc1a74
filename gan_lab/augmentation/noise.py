"""Instance noise: D sees every image under noise, so that it cannot tell the two kinds for sure."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor

from gan_lab.augmentation.augmentation import Augmentation, Draws
from gan_lab.ranges import Range
from gan_lab.schedules import Course


@final
@dataclass(frozen=True, kw_only=True)
class InstanceNoise(Augmentation):
    """Gaussian noise on every number of real and generated data, points of the plane included.

    Sonderby et al., 2017, arXiv:1610.04490, section 3.4, where it fades while training goes on.

    Attributes:
        std: standard deviation, in the units of the value range.
    """

    strength_name: ClassVar = "std"
    of_images_only: ClassVar = False

    std: Annotated[float, Range(0, 1000)] | Course

    def draw(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return noise of deviation 1 for `n` images."""
        shape = (n, *self.image_shape)
        return {"noise": torch.randn(shape, device=generator.device, generator=generator)}

    def __call__(self, images_NCHW: Tensor, strength: Tensor, random: Draws) -> Tensor:
        """Return the images with the noise."""
        return images_NCHW + strength * random["noise"]
