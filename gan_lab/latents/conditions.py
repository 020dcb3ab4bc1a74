"""What generated images are asked for.

Shape legend: N = images.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import torch
from torch import Tensor
from torch.nn.functional import one_hot


class Condition(ABC):
    """A distribution of conditions."""

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `n` conditions `(N, ...)`, drawn from `generator` on its device."""

    @abstractmethod
    def others(self, right: Tensor, numbers: Tensor) -> Tensor:
        """Return a condition for each of `right`, drawn in the same way, that is not the same.

        Args:
            right: conditions `(N, ...)`.
            numbers: by which they are drawn, uniform from 0 to 1 `(N,)`.
        """

    @property
    @abstractmethod
    def n_values(self) -> int:
        """Different numbers that conditions are made of."""

    def shares(self, condition: Tensor) -> Tensor:
        """Return a share of each number instead of the number, float32 `(N, ..., n_values)`."""
        return one_hot(condition, self.n_values).float()

    @abstractmethod
    def columns(self, condition: Tensor) -> dict[str, Any]:
        """Return what is written beside images that were asked for `condition`, by name."""


@final
@dataclass(frozen=True)
class Labels(Condition):
    """Labels with the shares that they have in the data.

    Attributes:
        class_names: one word per class.
        counts: images of each class; those without a label do not count.
        exclusive: whether an image is of one class; else each is an attribute, which it may have
            beside others.
    """

    class_names: Sequence[str]
    counts: Sequence[int]
    exclusive: bool = True

    @classmethod
    def of(cls, labels: Tensor, class_names: Sequence[str]) -> "Labels":
        """Return those of a data set's labels, int64 `(N,)`; -1 for none."""
        counts = labels[labels >= 0].bincount(minlength=len(class_names))
        return cls(tuple(class_names), counts.tolist())

    @classmethod
    def of_attributes(cls, attributes: Tensor, names: Sequence[str]) -> "Labels":
        """Return the attributes of a data set's images `(N, A)`, 1 or 0."""
        return cls(tuple(names), attributes.sum(dim=0).tolist(), exclusive=False)

    def only(self, labels: Sequence[int]) -> "Labels":
        """Return the same classes, of which some alone are asked for, at their shares."""
        kept = [count if n in labels else 0 for n, count in enumerate(self.counts)]
        if not sum(kept):  # classes without an image in the data
            kept = [int(n in labels) for n in range(len(self.counts))]
        return Labels(self.class_names, kept)

    @property
    def n_values(self) -> int:
        """Different labels that there are."""
        return len(self.class_names)

    @property
    def asked(self) -> list[int]:
        """The classes that are asked for at all."""
        return [n for n, count in enumerate(self.counts) if count]

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return labels, int64 `(N,)`."""
        numbers = torch.rand(n, generator=generator, device=generator.device)
        return drawn(self.counts, numbers)

    def others(self, right: Tensor, numbers: Tensor) -> Tensor:
        """See `Condition`; with two classes or more they differ."""
        asked = on_device(_places_of(tuple(self.counts)), numbers.device)
        places = drawn([self.counts[label] for label in self.asked], numbers)
        return asked[(places + (asked[places] == right)) % len(asked)]

    def columns(self, condition: Tensor) -> dict[str, Any]:
        """See `Condition`: `labels`, and `class_names` of all that there are."""
        return {"labels": condition.cpu().numpy(), "class_names": list(self.class_names)}


def drawn(counts: Sequence[int], numbers: Tensor) -> Tensor:
    """Return places, int64 `(N,)`, at the shares that `counts` are of their sum.

    Args:
        counts: of each place.
        numbers: uniform from 0 to 1 `(N,)`; each becomes one place.
    """
    bounds = on_device(_bounds_of(tuple(counts)), numbers.device)
    return torch.searchsorted(bounds, numbers, right=True).clamp_(max=len(bounds) - 1)


@lru_cache(maxsize=16)
def on_device(values: Tensor, device: torch.device) -> Tensor:
    """Return these very values there, copied once: a GPU waits for each copy."""
    return values.to(device)


@lru_cache(maxsize=16)
def _bounds_of(counts: tuple[int, ...]) -> Tensor:
    shares = torch.tensor(counts, dtype=torch.double)
    return (shares / shares.sum()).cumsum(0).float()


@lru_cache(maxsize=16)
def _places_of(counts: tuple[int, ...]) -> Tensor:
    return torch.tensor([place for place, count in enumerate(counts) if count])
