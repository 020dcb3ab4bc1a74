"""What every augmentation is: random operations on images, through which gradients flow.

Real and generated images go through it before D sees them, in every phase, so that D never sees an
image as it is. Nothing is clamped, as in the papers. "Gray" is the middle of the value range.

Shape legend: N = images, C, H, W = image.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from gan_lab.ranges import Range
from gan_lab.schedules import Course

Share = Annotated[float, Range(0, 1)]
Probability = Share | Course
Draws = Mapping[str, Tensor]


@dataclass(frozen=True)
class Control:
    """How a strength follows from how much D overfits.

    Attributes:
        target: of the mean sign of D's answers on real images, in which D is more certain of
            training images the more it overfits: 0 where it cannot tell, 1 where it always can.
        ramp_images: real images in which the strength goes from 0 to 1.
        most: it never gets larger.
    """

    target: float
    ramp_images: int
    most: float


@dataclass(frozen=True, kw_only=True)
class Augmentation(ABC):
    """Operations on images.

    Attributes:
        image_shape: `(C, H, W)`.
        value_range: the numbers that stand for black and white.
    """

    strength_name: ClassVar[str]  # the attribute that says how much; a number, or a course
    of_images_only: ClassVar[bool] = True  # without meaning for points of the plane, or numbers
    control: ClassVar[Control | None] = None  # of the strength, which is no number then

    image_shape: tuple[int, int, int]
    value_range: tuple[float, float] = (-1.0, 1.0)

    @abstractmethod
    def draw(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers for `n` images, on the generator's device, all `(n, ...)`."""

    @abstractmethod
    def __call__(self, images_NCHW: Tensor, strength: Tensor, random: Draws) -> Tensor:
        """Return the images as D sees them, of the same shape.

        Args:
            images_NCHW: in the value range, float32 or more.
            strength: a scalar on their device.
            random: of `draw`.
        """

    @property
    def strength(self) -> float | Course | None:
        """Return how much: a number, a course, or None where it is controlled."""
        return getattr(self, self.strength_name)

    @property
    def gray(self) -> float:
        """Return the middle of the value range."""
        return sum(self.value_range) / 2

    @property
    def half_range(self) -> float:
        """Return the distance from gray to white; 1 in the range of the papers, -1 to 1."""
        return (self.value_range[1] - self.value_range[0]) / 2
