"""What a generator makes images of: latents, and a condition where the model takes one.

Shape legend: N = images, Z = latent dimension.
"""

from dataclasses import dataclass
from typing import NamedTuple, final

import torch
from torch import Tensor

from gan_lab import seeding
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
    """

    prior: Prior
    condition: Condition | None = None

    def draw(self, n: int, device: torch.device | str, *address: int | str) -> Inputs:
        """Return `n` inputs on `device` that depend on `address` alone."""
        latents = self.prior.sample(n, seeding.generator(device, *address))
        if self.condition is None:
            return Inputs(latents)
        random = seeding.generator(device, *address, "condition")
        return Inputs(latents, self.condition.sample(n, random))
