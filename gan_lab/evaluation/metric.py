"""What every metric of samples is: a torchmetrics Metric, fitted once to the real images."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Self

import torch
from torch import Tensor
from torchmetrics import Metric
from torchmetrics.utilities import dim_zero_cat

from gan_lab import seeding
from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range

Better = Literal["lower", "higher"]
Limit = Annotated[int, Range(2, 10_000_000)]  # images that are compared


class SampleMetric(Metric, ABC):
    """Compares generated images with the real ones that it was fitted to.

    What `fit` learns of the real images is kept in buffers, so `state_dict` holds the real side and
    nothing else; it stays when `reset` forgets the generated images. The generated side is in
    torchmetrics states, which the library resets, moves and reduces over processes.

    Args:
        extractor: name of the feature space.
        primary: False adds the extractor's name to those of the metrics.

    Attributes:
        headline: of its numbers the one that judges a run if `evaluation.monitor` names none; empty
            where other metrics judge better.
        of_conditions: whether it needs images that are asked to be of a class, and real ones with
            labels.
        of_classes: whether it needs images of several classes.
        of_pixels: whether it looks at pixels alone, so that the first feature space is enough.
        other_splits: of the data, which it needs beside the images that it is fitted to.
        least: images, real or generated, that it can be computed from.
        limit: images of each kind that it compares; None: all.
        draw: which of the random choices among images it makes; each number is another one.
    """

    full_state_update = False
    headline: str = ""
    of_conditions: ClassVar[bool] = False
    of_classes: ClassVar[bool] = False
    of_pixels: bool = False
    other_splits: ClassVar[tuple[str, ...]] = ()
    least: int = 1
    limit: int | None = None
    draw: int = 0

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__()
        self.extractor = extractor
        self.primary = primary
        self.suffix = "" if primary else f"_{extractor}"

    @property
    def sensible_from(self) -> int:
        """Images of each kind, real and generated, from which on its numbers say something.

        What it depends on may be known only after `fit`; before, this is a lower bound.
        """
        return self.least

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether the metric makes sense with this extractor."""
        return True

    def attach(self, extractor: Extractor) -> None:
        """Take from the extractor what the metric needs to know of it, before `fit`."""

    def attach_split(self, split: str, images: Images) -> None:
        """Take all images of one of `other_splits`, before `fit`."""

    @abstractmethod
    def fit(self, real: Samples) -> None:
        """Learn what there is to know of the real images, all of them at once, into buffers."""

    @abstractmethod
    def update(self, generated: Samples) -> None:
        """Add some of the generated images."""

    @abstractmethod
    def compute(self) -> dict[str, float]:
        """Return the finished numbers by their names in metrics.csv."""

    @property
    @abstractmethod
    def better(self) -> Mapping[str, Better]:
        """Which way is better, for each number that has a better way."""

    @property
    def perfect(self) -> Mapping[str, float | str]:
        """What perfect samples get on average, where it is known.

        That is another draw of real images. For each such number it is a number, or the name of
        another of its numbers that says it. docs/metrics.md says why.
        """
        return {}

    @property
    def units(self) -> Mapping[str, str]:
        """The units of the numbers that have one."""
        return {}

    def histogram(self) -> Tensor | None:
        """Return the generated images per class of the last `compute`, if this metric counts."""
        return None

    def by_class(self) -> Mapping[str, Tensor]:
        """Return numbers of each class `(K,)` of the last `compute`, NaN for none; see `Result`."""
        return {}

    def bin_counts(self) -> Mapping[str, Tensor]:
        """Return the bins of the last `compute`, if this metric has any: see `Result`."""
        return {}

    def keep_features(self) -> None:
        """Ask, in the constructor, for states that hold all generated features."""
        self.add_state("features", [], dist_reduce_fx="cat")
        self.add_state("positions", [], dist_reduce_fx="cat")

    def keep(self, generated: Samples) -> None:
        """Add features to these states; several metrics hold the same tensors, not copies."""
        self.features.append(generated.features)
        self.positions.append(generated.positions)

    def kept(self, limit: int) -> Tensor:
        """Return at most `limit` of the features `(N, D)` kept, in random order.

        Order and choice are the same ones however many processes gathered the features.
        """
        order = dim_zero_cat(self.positions).argsort()
        return random_part(dim_zero_cat(self.features)[order], limit, self.draw)

    def need(self, n: int) -> None:
        """Refuse to compute from too few images, real or generated.

        Raises:
            ConfigError: `n` is below `least`.
        """
        if n < self.least:
            raise ConfigError(
                f"{type(self).__name__} needs {self.least} images at least, real and generated, "
                f"not {n}. Raise evaluation.n_fake or evaluation.n_real, or leave it out of "
                "evaluation/metrics."
            )

    def _apply(self, fn: Callable[[Tensor], Tensor], exclude_state: Sequence[str] = "") -> Self:
        """Follow to another device, never to another precision."""
        return super()._apply(lambda tensor: tensor.to(fn(tensor).device), exclude_state)


def random_part(features: Tensor, limit: int, draw: int = 0) -> Tensor:
    """Return at most `limit` of the rows in random order, always the same for as many rows.

    Data sets and folders are often sorted by class, so the first rows would not do.

    Args:
        features: `(N, ...)`.
        limit: the largest number of rows.
        draw: another number gives another order.
    """
    address = ("part of the features", len(features), *([draw] if draw else []))
    generator = seeding.generator("cpu", 0, *address)
    order = torch.randperm(len(features), generator=generator)[:limit]
    return features[order.to(features.device)]
