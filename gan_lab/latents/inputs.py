"""What a generator makes images of: latents, and a condition where the model takes one.

Shape legend: N = images, Z = latent dimension.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Condition
from gan_lab.latents.priors import Prior


class Inputs(NamedTuple):
    """Inputs of a generator.

    Attributes:
        latents: `(N, Z)`.
        condition: what the images are asked for, such as labels `(N,)`, or None.
    """

    latents: Tensor
    condition: Tensor | None = None

    def at(self, positions: Tensor) -> "Inputs":
        """Return those at some positions, int64."""
        chosen = positions.to(self.latents.device)
        condition = None if self.condition is None else self.condition[chosen]
        return Inputs(self.latents[chosen], condition)

    def of(self, labels: Tensor | None) -> "Inputs":
        """Return the same latents with other labels.

        Where these are -1, for none, the own ones stay: there is nothing else to make an image of.
        """
        if labels is None:
            return self
        return Inputs(self.latents, torch.where(labels < 0, self.condition, labels))


@final
@dataclass(frozen=True)
class InputSource:
    """Where the inputs of a generator come from.

    Attributes:
        prior: of the latents.
        condition: of the conditions, or None.
        between: share of a generator's minibatch that is asked, in training, for what is half-way
            between two conditions: Reed et al., 2016, arXiv:1605.05396, section 4.3 (GAN-INT). No
            real image is of these, but a discriminator that tells whether image and condition
            match says something of them.
    """

    prior: Prior
    condition: Condition | None = None
    between: float = 0.0

    def mixing(self, between: float, *, alone: bool) -> "InputSource":
        """Return the source with another `between`.

        Args:
            between: the share.
            alone: whether the generator's images have conditions of their own, not those of real
                images beside them.

        Raises:
            ConfigError: there are no conditions, or not of their own.
        """
        if between and self.condition is None:
            raise ConfigError(
                f"algorithm.between={between} is about captions or labels, and the model is told "
                f"of none: add data.condition=text or labels, or leave it out."
            )
        if between and not alone:
            raise ConfigError(
                f"algorithm.between={between} asks the generator for what no real image is of, and "
                f"here it is asked for what those beside its images are: leave it out, or choose "
                f"another loss, other terms, update=alternating, reuse_fakes=false and unroll=0."
            )
        return replace(self, between=between)

    def draw(self, n: int, device: torch.device | str, *address: int | str) -> Inputs:
        """Return `n` inputs on `device` that depend on `address` alone."""
        latents = self.prior.sample(n, seeding.generator(device, *address))
        if self.condition is None:
            return Inputs(latents)
        random = seeding.generator(device, *address, "condition")
        return Inputs(latents, self.condition.sample(n, random))

    def draw_for(
        self, player: str, n: int, device: torch.device | str, *address: int | str
    ) -> Inputs:
        """Return what a player's phase makes fakes of in training; for G some are mixed."""
        drawn = self.draw(n, device, *address)
        if player != "generator" or not self.between:
            return drawn
        random = seeding.generator(device, *address, "between")
        others = self.condition.shares(self.condition.sample(n, random))
        own = self.condition.shares(drawn.condition)
        mixed = torch.rand(n, generator=random, device=random.device) < self.between
        mixed = mixed.view(-1, *[1] * (own.ndim - 1))
        return Inputs(drawn.latents, torch.where(mixed, (own + others) / 2, own))
