"""Latents with more weight at the centre and in the tails than Gaussian ones."""

from dataclasses import dataclass
from typing import Annotated, final

import torch
from torch import Tensor

from gan_lab.latents.priors import Prior
from gan_lab.ranges import Range


@final
@dataclass(frozen=True, kw_only=True)
class Laplace(Prior):
    """Independent numbers of density exp(-|z| / scale) / (2 scale)."""

    scale: Annotated[float, Range(0, 1000, open_low=True)] = 1.0

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        shape = (2, n, self.dim)
        one, other = torch.empty(shape, device=generator.device).exponential_(generator=generator)
        return self.scale * (one - other)
