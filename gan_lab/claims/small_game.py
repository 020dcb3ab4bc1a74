"""Algorithm 1 on the line, of players that are no networks (section 3 asks for none).

G stretches and moves noise, G(z) = mean + exp(log_std) z. D is a logistic regression of a few
functions of x. Many games lie side by side, each with random numbers of its own.

Shape legend: S = games, N = minibatch, F = functions of x that D weighs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.game import NON_SATURATING
from gan_lab.data.density import Density
from gan_lab.losses.adversarial import AdversarialLoss

Features = Callable[[Tensor], Tensor]


def powers(x: Tensor) -> Tensor:
    """Return 1, x and x^2 `(..., 3)`: what the best D of two Gaussians is made of."""
    return torch.stack([torch.ones_like(x), x, x**2], dim=-1)


def bumps(x: Tensor) -> Tensor:
    """Return how near x is to each of 17 places from -8 to 8, and powers of x, `(..., 20)`.

    So D may have any form between, and says something of what lies beyond.
    """
    places = torch.linspace(-8, 8, 17, dtype=x.dtype)
    near = torch.exp(-0.5 * ((x[..., None] - places) / 0.75) ** 2)
    return torch.cat([powers((x / 4).clamp(-4, 4)), near], dim=-1)


@dataclass(frozen=True)
class Game:
    """The players and how they learn; a step of either goes down the gradient, by SGD.

    Attributes:
        data: what G is to become.
        features: of which D is a weighted sum.
        loss: of both.
        discriminator_steps: k.
        batch: images of a minibatch, real and generated ones each.
        rates: of D and of G.
    """

    data: Density
    features: Features = powers
    loss: AdversarialLoss = NON_SATURATING
    discriminator_steps: int = 1
    batch: int = 100
    rates: tuple[float, float] = (0.1, 0.1)

    def play(self, starts_S2: Tensor, iterations: int, name: str) -> tuple[Tensor, Tensor]:
        """Return mean and log_std before each iteration and at the end, and D's weights at the end.

        Args:
            starts_S2: mean and log_std of G at the start of each game; D starts at 1/2.
            iterations: how many.
            name: the same one, the same random numbers.

        Returns:
            path: `(iterations + 1, S, 2)`.
            weights: `(S, F)`.
        """
        random = seeding.generator("cpu", 0, "claims", name)
        place, path = starts_S2, [starts_S2]
        weights = torch.zeros_like(self.features(starts_S2[:, 0]))
        for _ in range(iterations):
            for _ in range(self.discriminator_steps):
                weights = self._discriminator_step(weights, place, random)
            place = self._generator_step(weights, place, random)
            path.append(place)
        return torch.stack(path), weights

    def _discriminator_step(
        self, weights: Tensor, place: Tensor, random: torch.Generator
    ) -> Tensor:
        weights = weights.detach().requires_grad_()
        real = self._real(len(place), random)
        logits = (self._logits(weights, x).flatten() for x in (real, self._fake(place, random)))
        # The sum over the games of what each has on average.
        loss = len(place) * sum(self.loss.discriminator(*logits))
        return weights.detach() - self.rates[0] * torch.autograd.grad(loss, weights)[0]

    def _generator_step(self, weights: Tensor, place: Tensor, random: torch.Generator) -> Tensor:
        place = place.detach().requires_grad_()
        logits = self._logits(weights, self._fake(place, random))
        loss = len(place) * self.loss.generator(logits.flatten())
        return place.detach() - self.rates[1] * torch.autograd.grad(loss, place)[0]

    def _logits(self, weights_SF: Tensor, x_SN: Tensor) -> Tensor:
        return torch.einsum("snf,sf->sn", self.features(x_SN), weights_SF)

    def _real(self, games: int, random: torch.Generator) -> Tensor:
        return draw(self.data, (games, self.batch), random)

    def _fake(self, place_S2: Tensor, random: torch.Generator) -> Tensor:
        mean, log_std = place_S2[:, :1], place_S2[:, 1:]
        noise = torch.randn(len(place_S2), self.batch, dtype=place_S2.dtype, generator=random)
        return mean + log_std.exp() * noise


def draw(density: Density, shape: tuple[int, int], random: torch.Generator) -> Tensor:
    """Return numbers of this density, float64."""
    weights, means, stds = (
        torch.tensor(each, dtype=torch.float64)
        for each in (density.weights, density.means, density.stds)
    )
    modes = torch.multinomial(weights, math.prod(shape), replacement=True, generator=random)
    noise = torch.randn(shape, dtype=torch.float64, generator=random)
    return means[modes].view(shape) + stds[modes].view(shape) * noise
