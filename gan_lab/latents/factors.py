"""The kinds of numbers that structured latents are made of.

Shape legend: N = images, S = numbers of a factor.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import torch
from torch import Tensor


@dataclass(frozen=True)
class Factor(ABC):
    """Some of the numbers of a latent, drawn together and by themselves.

    Attributes:
        size: S.
        informative: whether a head is to tell them from an image.
    """

    extent: ClassVar[float] = 1.0  # how far from 0 its numbers are worth looking at

    size: int
    informative: bool

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, S)` in float32, drawn from `generator` on its device."""

    @property
    @abstractmethod
    def entropy(self) -> float:
        """H(c) in nats; of continuous numbers the differential one, which may be negative."""

    def code(self, said_NS: Tensor) -> Tensor:
        """Return the code `(N, S)` that an encoder says an image has, here just that."""
        return said_NS

    @abstractmethod
    def log_likelihood(self, values_NS: Tensor, head_NS: Tensor, std: float) -> Tensor:
        """Return `log Q(c | x)` of each image in nats `(N,)`.

        Args:
            values_NS: c.
            head_NS: what the head says of the image, a number for each of the factor's.
            std: of Q where c is continuous.
        """


@final
class Categorical(Factor):
    """One class of S, all equally likely: 1 in its place, 0 elsewhere."""

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return rows of the unit matrix."""
        device = generator.device
        classes = torch.randint(self.size, (n,), generator=generator, device=device)
        return torch.eye(self.size, device=device)[classes]

    @property
    def entropy(self) -> float:
        """Log S."""
        return math.log(self.size)

    def code(self, said_NS: Tensor) -> Tensor:
        """Take what an encoder says for logits: the code is a probability of each class."""
        return said_NS.softmax(dim=1)

    def log_likelihood(self, values_NS: Tensor, head_NS: Tensor, std: float) -> Tensor:
        """Take what the head says for logits."""
        return (values_NS * head_NS.log_softmax(dim=1)).sum(dim=1)


@final
class UniformNumbers(Factor):
    """Uniform in [-1, 1]."""

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return numbers in [-1, 1]."""
        return 2 * torch.rand(n, self.size, generator=generator, device=generator.device) - 1

    @property
    def entropy(self) -> float:
        """S log 2."""
        return self.size * math.log(2)

    def log_likelihood(self, values_NS: Tensor, head_NS: Tensor, std: float) -> Tensor:
        """Take what the head says for means."""
        return gaussian_log_likelihood(values_NS, head_NS, std)


@final
class GaussianNumbers(Factor):
    """Standard normal."""

    extent: ClassVar = 2.0

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return numbers of mean 0 and variance 1."""
        return torch.randn(n, self.size, generator=generator, device=generator.device)

    @property
    def entropy(self) -> float:
        """S/2 log(2 pi e)."""
        return self.size / 2 * math.log(math.tau * math.e)

    def log_likelihood(self, values_NS: Tensor, head_NS: Tensor, std: float) -> Tensor:
        """Take what the head says for means."""
        return gaussian_log_likelihood(values_NS, head_NS, std)


def gaussian_log_likelihood(values_NS: Tensor, means_NS: Tensor, std: float) -> Tensor:
    """Return the density of independent Gaussians of this standard deviation, in nats, `(N,)`."""
    squares_NS = ((values_NS - means_NS) / std).square()
    return -0.5 * squares_NS.sum(dim=1) - values_NS.shape[1] * math.log(std * math.sqrt(math.tau))


# By the word behind `kind`.
KINDS: dict[str, type[Factor]] = {
    "categorical": Categorical,
    "uniform": UniformNumbers,
    "gaussian": GaussianNumbers,
}
