"""The priors p(z) that the generator's latents are drawn from.

Shape legend: N = batch, Z = latent dimension.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, final

import torch
from torch import Tensor

from gan_lab.errors import ConfigError
from gan_lab.ranges import Range

Size = Annotated[float, Range(0, 1000)]


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

    def truncated(self, threshold: float) -> "Prior":
        """Return this prior without the latents that it seldom draws.

        Raises:
            ConfigError: it has no such form.
        """
        raise ConfigError(
            f"truncation={threshold} is for latent=gaussian, and this model's latents are "
            f"{type(self).__name__}: leave it out."
        )


@final
@dataclass(frozen=True, kw_only=True)
class Gaussian(Prior):
    """Independent standard normal numbers, N(0, I)."""

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)`; most latents lie near the sphere of radius sqrt(Z)."""
        return torch.randn(n, self.dim, generator=generator, device=generator.device)

    def truncated(self, threshold: float) -> "TruncatedGaussian":
        """Return what is left of it within +-threshold."""
        return TruncatedGaussian(dim=self.dim, threshold=threshold)


@final
@dataclass(frozen=True, kw_only=True)
class TruncatedGaussian(Prior):
    """Independent standard normal numbers under the condition that none is beyond a threshold.

    Brock, Donahue, Simonyan, 2019, arXiv:1809.11096, section 3.1: samples of a generator that was
    trained without are better and less varied the lower it is. Instead of drawing again what is
    beyond, every number is moved inwards to the same quantile: so one seed shows the same images,
    the more ordinary the lower the threshold.

    Attributes:
        threshold: the largest absolute number.
    """

    threshold: Annotated[float, Range(0, 1000, open_low=True)]

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)` in [-threshold, threshold]."""
        latents_NZ = Gaussian(dim=self.dim).sample(n, generator)
        inside = math.erf(self.threshold / 2**0.5)
        # In float32 the shares of rare latents would round to 1, whose quantile is infinite.
        moved_NZ = 2**0.5 * torch.erfinv(inside * torch.erf(latents_NZ.double() / 2**0.5))
        most_NZ = latents_NZ.abs().clamp(max=self.threshold)
        return moved_NZ.float().clamp(-most_NZ, most_NZ)


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


@final
@dataclass(frozen=True, kw_only=True)
class Petals(Prior):
    """A mixture of Gaussians around the origin of the plane, each drawn out away from it.

    The prior of Makhzani et al., 2016, arXiv:1511.05644, figure 2.

    Attributes:
        petals: how many.
        radius: of the circle on which their centres lie.
        length: their standard deviation away from the origin.
        breadth: that across.
    """

    petals: Annotated[int, Range(1, 1000)] = 10
    radius: Size = 3.0
    length: Size = 0.8
    breadth: Size = 0.2

    def __post_init__(self) -> None:
        require_plane(self.dim, "petals lie")

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, 2)`, as many of each petal as chance has it."""
        device = generator.device
        chosen = torch.randint(self.petals, (n,), generator=generator, device=device)
        across, away = torch.randn(2, n, generator=generator, device=device)
        angles = math.tau / self.petals * chosen
        away, across = self.radius + self.length * away, self.breadth * across
        sines, cosines = angles.sin(), angles.cos()
        return torch.stack(
            [away * cosines - across * sines, away * sines + across * cosines], dim=1
        )


@final
@dataclass(frozen=True, kw_only=True)
class SwissRoll(Prior):
    """A spiral in the plane, about equally thick along its way.

    Attributes:
        turns: of the spiral.
        radius: of its outer end.
        thickness: standard deviation around its line.
    """

    turns: Annotated[float, Range(0.1, 100)] = 1.5
    radius: Size = 4.0
    thickness: Size = 0.1

    def __post_init__(self) -> None:
        require_plane(self.dim, "a spiral lies")

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, 2)`."""
        device = generator.device
        # The way grows with the square of the angle, nearly.
        share = torch.rand(n, generator=generator, device=device).sqrt()
        angles, distances = math.tau * self.turns * share, self.radius * share
        line = torch.stack([distances * angles.cos(), distances * angles.sin()], dim=1)
        return line + self.thickness * torch.randn(n, 2, generator=generator, device=device)


def require_plane(dim: int, who: str) -> None:
    """Refuse a latent dimension other than 2.

    Raises:
        ConfigError: says who lies in the plane.
    """
    if dim != 2:
        raise ConfigError(f"latent.dim={dim} must be 2: {who} in a plane.")
