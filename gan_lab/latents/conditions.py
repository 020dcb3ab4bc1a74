"""What generated images are asked for.

Shape legend: N = images.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor


class Condition(ABC):
    """A distribution of conditions."""

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `n` conditions `(N, ...)`, drawn from `generator` on its device."""


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
    def asked(self) -> list[int]:
        """The classes that are asked for at all."""
        return [n for n, count in enumerate(self.counts) if count]

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return labels, int64 `(N,)`."""
        numbers = torch.rand(n, generator=generator, device=generator.device)
        counts = torch.tensor(self.counts, dtype=torch.double)
        bounds = (counts / counts.sum()).cumsum(0).float().to(numbers.device)
        return torch.searchsorted(bounds, numbers, right=True).clamp_(max=len(bounds) - 1)
