"""Mixtures of Gaussians in the plane, the smallest data whose modes can be counted.

`Ring` has 8 modes on a circle, `Grid` 25 on a square lattice. A point is stored as an image of two
channels and one pixel, its coordinates as they are: a standard deviation of 0.01 would not survive
256 levels. Two papers use these mixtures with rules of their own:

pacgan: Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086; code: fjxmlzn/PacGAN,
synthetic_data_experiments/.
selfcond: Liu, Wang, Bau, Zhu, Torralba, 2020, arXiv:2006.10728; code: stevliu/self-conditioned-gan,
2d_mix/.

Shape legend: N = points, K = modes.
"""

import math
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Literal, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data.base import Form, ImageDataset, Images, check_one_of
from gan_lab.data.select import select

POINTS = 100_000
SPLITS = ("train", "test")
QualityRule = Literal["distance", "box"]


@dataclass(frozen=True)
class Protocol:
    """What a paper does in its own way.

    Attributes:
        ring_radius: of the circle on which the ring's modes stand; the grid is the same in both.
        quality_rule: a point is of high quality when it lies within 3 standard deviations of its
            nearest mode: by Euclidean distance, or each coordinate by itself.
        evaluation_samples: points of one evaluation.
    """

    ring_radius: float
    quality_rule: QualityRule
    evaluation_samples: int


PROTOCOLS = {
    "pacgan": Protocol(ring_radius=1.0, quality_rule="distance", evaluation_samples=2_500),
    "selfcond": Protocol(ring_radius=2.0, quality_rule="box", evaluation_samples=50_000),
}


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """What both mixtures add to `ImageDataset`; options that make no sense here are fixed.

    Attributes:
        protocol: pacgan or selfcond; see `Protocol`.
    """

    form: ClassVar[Form] = "points"
    smallest_size: ClassVar[int] = 1
    std: ClassVar[float]

    protocol: Literal["pacgan", "selfcond"] = "pacgan"
    dir: None = field(default=None, init=False)
    size: int = field(default=1, init=False)
    load_size: None = field(default=None, init=False)
    classes: None = field(default=None, init=False)
    flip: bool = field(default=False, init=False)
    binarise: str = field(default="none", init=False)

    @property
    @abstractmethod
    def centres(self) -> Tensor:
        """The modes, float32 `(K, 2)`."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The place of each mode as a word, such as `(0.71,-0.71)`."""
        # Adding 0 turns -0.0 into 0.0.
        return tuple(f"({round(x, 2) + 0:g},{round(y, 2) + 0:g})" for x, y in self.centres.tolist())

    @property
    def channels(self) -> int:
        """The two coordinates."""
        return 2

    @property
    def quality_rule(self) -> QualityRule:
        """See `Protocol`."""
        return PROTOCOLS[self.protocol].quality_rule

    @property
    def evaluation_samples(self) -> int:
        """As many as the protocol says."""
        return PROTOCOLS[self.protocol].evaluation_samples

    def check(self) -> None:
        """Refuse an unknown split."""
        check_one_of("data.split", self.split, SPLITS)

    def prepare(self) -> None:
        """There is nothing to fetch and nothing to keep."""

    def load(self) -> Images:
        """Draw the points, the same ones each time; labels are the modes they were drawn from."""
        generator = seeding.generator("cpu", 0, type(self).__name__, self.split)
        labels = torch.randint(len(self.centres), (POINTS,), generator=generator)
        points = self.centres[labels] + self.std * torch.randn(POINTS, 2, generator=generator)
        images = Images(points[:, :, None, None], labels, self.class_names)
        return select(images, classes=None, limit=self.limit, size=(1, 1))

    def to_network(self, pixels_NCHW: Tensor) -> Tensor:
        """Return the coordinates as they are."""
        return pixels_NCHW

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """Return the coordinates, float32 on the CPU."""
        return images_NCHW.float().cpu()


@final
@dataclass(frozen=True, kw_only=True)
class Ring(Mixture, ImageDataset):
    """8 Gaussians of standard deviation 0.01, evenly on a circle.

    `split` is train or test, 100,000 points each; `limit`: see `ImageDataset`.
    """

    std: ClassVar[float] = 0.01

    # Only for models whose outputs are bounded; the points lie well inside.
    value_range: tuple[float, float] = field(default=(-3.0, 3.0), init=False)

    @property
    def centres(self) -> Tensor:
        """The 8 modes, counterclockwise from the right, float32 `(8, 2)`."""
        radius = PROTOCOLS[self.protocol].ring_radius
        angles = torch.arange(8, dtype=torch.float64) * (math.tau / 8)
        return (radius * torch.stack([angles.cos(), angles.sin()], dim=1)).float()


@final
@dataclass(frozen=True, kw_only=True)
class Grid(Mixture, ImageDataset):
    """25 Gaussians of standard deviation 0.05, at {-4, -2, 0, 2, 4} in both directions.

    `split` is train or test, 100,000 points each; `limit`: see `ImageDataset`.
    """

    std: ClassVar[float] = 0.05

    # Only for models whose outputs are bounded; the points lie well inside.
    value_range: tuple[float, float] = field(default=(-5.0, 5.0), init=False)

    @property
    def centres(self) -> Tensor:
        """The 25 modes, float32 `(25, 2)`."""
        line = torch.arange(-4.0, 5.0, 2.0)
        return torch.cartesian_prod(line, line)
