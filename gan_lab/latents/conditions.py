"""What generated images are asked for.

Shape legend: N = images.
"""

from abc import ABC, abstractmethod
from typing import final

import torch
from torch import Tensor


class Condition(ABC):
    """A distribution of conditions."""

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `n` conditions `(N, ...)`, drawn from `generator` on its device."""


@final
class Labels(Condition):
    """Labels with the shares that they have in the data; images without a label do not count.

    Args:
        labels: of the data, int64 `(N,)`; -1 for none.
        class_names: one word per class.
    """

    def __init__(self, labels: Tensor, class_names: tuple[str, ...]) -> None:
        self.class_names = class_names
        counts = labels[labels >= 0].bincount(minlength=len(class_names))
        self.shares = counts.double() / counts.sum()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return labels, int64 `(N,)`."""
        numbers = torch.rand(n, generator=generator, device=generator.device)
        bounds = self.shares.cumsum(0).float().to(numbers.device)
        return torch.searchsorted(bounds, numbers, right=True).clamp_(max=len(bounds) - 1)
