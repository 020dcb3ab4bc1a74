"""One number, or one class, of structured latents at all of its values, and all others fixed.

Shape legend: V = values, K = latents, Z = latent dimension, S = numbers that are varied.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from gan_lab.latents.factors import Categorical, Factor
from gan_lab.latents.structured import Structured


class Variable(NamedTuple):
    """What is varied.

    Attributes:
        name: of its factor, with a number behind it if it is one of several numbers.
        place: in a latent.
        values: each of them `(V, S)`.
    """

    name: str
    place: slice
    values: Tensor


def variables(prior: Structured, factors: Mapping[str, Factor], steps: int) -> Iterator[Variable]:
    """Yield what can be varied in some factors of a prior.

    Args:
        prior: of the latents.
        factors: of it. A category is varied as a whole: each class is a value.
        steps: values of each continuous number, evenly spaced over its factor's `extent`.
    """
    for name, factor in factors.items():
        place = prior.place(name)
        if isinstance(factor, Categorical):
            yield Variable(name, place, torch.eye(factor.size))
            continue
        values_V1 = torch.linspace(-factor.extent, factor.extent, steps)[:, None]
        for number in range(factor.size):
            here = slice(place.start + number, place.start + number + 1)
            called = f"{name}_{number + 1}" if factor.size > 1 else name
            yield Variable(called, here, values_V1)


def traversed(latents_KZ: Tensor, variable: Variable) -> Tensor:
    """Return the latents with each value of a variable in its place, `(V, K, Z)`."""
    latents_VKZ = latents_KZ.repeat(len(variable.values), 1, 1)
    latents_VKZ[:, :, variable.place] = variable.values[:, None].to(latents_KZ)
    return latents_VKZ
