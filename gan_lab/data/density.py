"""Numbers from a density on the line that is known exactly, to watch a GAN fit p_g to p_data.

Every density is a mixture of Gaussians. A number is stored as an image of one channel and one
pixel, as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, final

import torch
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily, Normal

from gan_lab import seeding
from gan_lab.data.base import Form, ImageDataset, Images, check_one_of
from gan_lab.data.select import select
from gan_lab.errors import ConfigError
from gan_lab.ranges import Length, Range

POINTS = 100_000
SPLITS = ("train", "test")
REACH = 4.0  # standard deviations to both sides of every mean


@final
@dataclass(frozen=True, kw_only=True)
class Density(ImageDataset):
    """A mixture of Gaussians on the line.

    `split` is train or test, 100,000 numbers each; `limit`: see `ImageDataset`.

    Attributes:
        weights: how much of the mixture each Gaussian is, in any unit.
        means: of each Gaussian.
        stds: standard deviation of each Gaussian.
    """

    form: ClassVar[Form] = "numbers"
    smallest_size: ClassVar[int] = 1

    weights: Annotated[Sequence[Annotated[float, Range(0, 1e6, open_low=True)]], Length(1)]
    means: Annotated[Sequence[Annotated[float, Range(-1e6, 1e6)]], Length(1)]
    stds: Annotated[Sequence[Annotated[float, Range(0, 1e6, open_low=True)]], Length(1)]
    dir: None = field(default=None, init=False)
    size: int = field(default=1, init=False)
    load_size: None = field(default=None, init=False)
    classes: None = field(default=None, init=False)
    flip: bool = field(default=False, init=False)
    binarise: str = field(default="none", init=False)
    condition: Literal["none"] = field(default="none", init=False)
    labelled: None = field(default=None, init=False)
    # All but one in 10,000 numbers lie inside.
    value_range: tuple[float, float] = field(default=(-1.0, 1.0), init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        ends = [
            mean + side * REACH * std
            for mean, std in zip(self.means, self.stds, strict=True)
            for side in (-1, 1)
        ]
        object.__setattr__(self, "value_range", (min(ends), max(ends)))

    @property
    def channels(self) -> int:
        """The number itself."""
        return 1

    @property
    def distribution(self) -> MixtureSameFamily:
        """p_data, with its `log_prob` and `cdf`, in float64."""
        weights, means, stds = (
            torch.tensor(values, dtype=torch.float64)
            for values in (self.weights, self.means, self.stds)
        )
        return MixtureSameFamily(Categorical(weights), Normal(means, stds))

    def check(self) -> None:
        """Refuse an unknown split, and numbers that make no mixture."""
        check_one_of("data.split", self.split, SPLITS)
        lengths = {len(self.weights), len(self.means), len(self.stds)}
        if len(lengths) > 1:
            raise ConfigError(
                f"data.weights={list(self.weights)}, data.means={list(self.means)} and "
                f"data.stds={list(self.stds)} must be lists of one length."
            )

    def prepare(self) -> None:
        """There is nothing to fetch and nothing to keep."""

    def load(self) -> Images:
        """Draw the numbers, the same ones each time."""
        generator = seeding.generator("cpu", 0, "Density", self.split)
        parts = self.distribution
        chosen = torch.multinomial(
            parts.mixture_distribution.probs, POINTS, replacement=True, generator=generator
        )
        normal = torch.randn(POINTS, dtype=torch.float64, generator=generator)
        gaussians = parts.component_distribution
        points = (gaussians.loc[chosen] + gaussians.scale[chosen] * normal).float()
        return select(
            Images(points[:, None, None, None]), classes=None, limit=self.limit, size=(1, 1)
        )

    def to_network(self, pixels_NCHW: Tensor) -> Tensor:
        """Return the numbers as they are."""
        return pixels_NCHW

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """Return the numbers, float32 on the CPU."""
        return images_NCHW.float().cpu()
