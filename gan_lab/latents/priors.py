"""The priors p(z) that the generator's latents are drawn from.

Shape legend: N = batch, Z = latent dimension.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, final

import torch
from torch import Tensor

from gan_lab.errors import ConfigError
from gan_lab.ranges import Range


@dataclass(frozen=True, kw_only=True)
class Prior(ABC):
    """A distribution of latents.

    Attributes:
        dim: the latent dimension Z.
    """

    dim: Annotated[int, Range(1, 100_000)]

    @abstractmethod
    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `n` latents `(N, Z)` in float32, drawn from `generator` on its device."""


@final
@dataclass(frozen=True, kw_only=True)
class Gaussian(Prior):
    """Independent standard normal numbers, N(0, I)."""

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)`; most latents lie near the sphere of radius sqrt(Z)."""
        return torch.randn(n, self.dim, generator=generator, device=generator.device)


@final
@dataclass(frozen=True, kw_only=True)
class Uniform(Prior):
    """Independent uniform numbers in [low, high].

    Radford et al., 2016, arXiv:1511.06434 use [-1, 1]; the code of Goodfellow et al., 2014 uses
    [-sqrt(3), sqrt(3)], which has unit variance.

    Attributes:
        low: the smallest number.
        high: the largest number.
    """

    low: Annotated[float, Range(-1e6, 1e6)] = -1.0
    high: Annotated[float, Range(-1e6, 1e6)] = 1.0

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ConfigError(
                f"latent.low={self.low} must be smaller than latent.high={self.high}."
            )

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)` in [low, high]."""
        unit_NZ = torch.rand(n, self.dim, generator=generator, device=generator.device)
        return self.low + (self.high - self.low) * unit_NZ


@final
@dataclass(frozen=True, kw_only=True)
class Spherical(Prior):
    """Uniform on the sphere of radius sqrt(Z), where Gaussian latents concentrate.

    White, 2016, arXiv:1609.04468 gives the reason: paths between latents then stay where the
    generator was trained.
    """

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)`, each row of Euclidean length sqrt(Z)."""
        direction_NZ = torch.randn(n, self.dim, generator=generator, device=generator.device)
        return self.dim**0.5 * direction_NZ / direction_NZ.norm(dim=1, keepdim=True)
