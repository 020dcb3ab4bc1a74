"""Latents made of factors, some of which an image is to tell: Chen et al., 2016, arXiv:1606.03657.

Shape legend: N = images, Z = latent dimension, H = numbers of a head.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, final

import torch
from torch import Tensor

from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.latents.conditions import Labels
from gan_lab.latents.factors import KINDS, Categorical, Factor
from gan_lab.latents.priors import Prior

KEYS = ("kind", "size", "informative")
LARGEST = 100_000
# It becomes part of a column and of a file's name.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@final
@dataclass(frozen=True, kw_only=True)
class Structured(Prior):
    """Factors side by side, each independent of the others.

    Attributes:
        factors: `{name: {kind, size, informative}}` in the order of their numbers; kind is one of
            `factors.KINDS`. One that is None is left out.
        parts: the same as objects.
        dim: Z, the sizes of all factors together.
    """

    factors: Mapping[str, Any]
    parts: Mapping[str, Factor] = field(init=False, compare=False)
    dim: int = field(init=False)

    def __post_init__(self) -> None:
        parts = {name: read(name, said) for name, said in self.factors.items() if said is not None}
        if not parts:
            raise ConfigError("latent.factors has no factor: add one, or choose another latent=.")
        dim = sum(factor.size for factor in parts.values())
        if dim > LARGEST:
            raise ConfigError(
                f"The sizes of latent.factors are {dim} together, more than {LARGEST:,}: choose "
                f"smaller ones."
            )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "dim", dim)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return `(N, Z)`, the factors in their order."""
        return torch.cat([factor.sample(n, generator) for factor in self.parts.values()], dim=1)

    @property
    def informative(self) -> dict[str, Factor]:
        """The factors that a head is to tell."""
        return {name: factor for name, factor in self.parts.items() if factor.informative}

    @property
    def head_size(self) -> int:
        """H, the numbers that a head says of an image."""
        return sum(factor.size for factor in self.informative.values())

    @property
    def classes(self) -> slice | None:
        """The first of the head's numbers that are logits of classes; None where none are."""
        places = zip(self.informative.values(), places_of(self.informative), strict=True)
        return next((place for factor, place in places if isinstance(factor, Categorical)), None)

    @property
    def entropies(self) -> dict[str, float]:
        """H(c) of each informative factor, in nats."""
        return {name: factor.entropy for name, factor in self.informative.items()}

    @property
    def ceilings(self) -> dict[str, float]:
        """The most that an image can tell of a factor, in nats, where that is finite.

        Of continuous numbers there is no such end, though their differential entropy is finite.
        """
        return {
            name: factor.entropy
            for name, factor in self.informative.items()
            if isinstance(factor, Categorical)
        }

    def place(self, name: str) -> slice:
        """Return where in a latent the numbers of a factor are."""
        return dict(zip(self.parts, places_of(self.parts), strict=True))[name]

    def codes(self, said_NZ: Tensor) -> Tensor:
        """Return the codes `(N, Z)` that an encoder says images have, one number for each of Z."""
        return torch.cat(
            [factor.code(said_NZ[:, self.place(name)]) for name, factor in self.parts.items()],
            dim=1,
        )

    def log_likelihoods(self, latents_NZ: Tensor, head_NH: Tensor, std: float) -> dict[str, Tensor]:
        """Return `log Q(c | x)` of each informative factor and image, in nats, `(N,)`.

        Args:
            latents_NZ: that the images were made of.
            head_NH: what a head says of the images.
            std: of Q where c is continuous.
        """
        places = zip(self.informative.items(), places_of(self.informative), strict=True)
        return {
            name: factor.log_likelihood(latents_NZ[:, self.place(name)], head_NH[:, place], std)
            for (name, factor), place in places
        }


def place_of_classes(prior: Prior, labels: Labels | None) -> slice:
    """Return which numbers of a latent are its class: those of the first category.

    Args:
        prior: of latents, one factor of which has to be a category.
        labels: that its classes are to mean; None: they may be any.

    Raises:
        ConfigError: there is none, or it has another number of classes than there are labels.
    """
    parts = prior.parts if isinstance(prior, Structured) else {}
    names = [name for name, factor in parts.items() if isinstance(factor, Categorical)]
    if not names:
        raise ConfigError(
            "This algorithm tells classes by a category, and none of the latents' factors is one: "
            "choose latent=category_and_style, or add a factor of kind categorical."
        )
    size, n_labels = parts[names[0]].size, len(labels.class_names) if labels else 0
    if labels and size != n_labels:
        raise ConfigError(
            f"latent.factors.{names[0]}.size={size} must be {n_labels}, the number of classes of "
            f"the labelled images; without data.labelled it may be any."
        )
    return prior.place(names[0])


def places_of(factors: Mapping[str, Factor]) -> Iterator[slice]:
    """Yield the place of each among the numbers of all."""
    sizes: Sequence[int] = [factor.size for factor in factors.values()]
    for end, size in zip(accumulate(sizes), sizes, strict=True):
        yield slice(end - size, end)


def read(name: str, said: Any) -> Factor:
    """Return the factor that a configuration describes.

    Raises:
        ConfigError: it is none.
    """
    key = f"latent.factors.{name}"
    if not NAME.fullmatch(str(name)):
        raise ConfigError(
            f"{key}: a factor's name is a small letter, then letters, digits and _, such as style."
        )
    if not isinstance(said, Mapping) or not {"kind", "size"} <= said.keys() <= {*KEYS}:
        raise ConfigError(
            f"{key}={said} must say its kind and size, and whether it is informative, as in "
            f"{{kind: categorical, size: 10, informative: true}}."
        )
    kind, size, informative = said["kind"], said["size"], said.get("informative", False)
    if kind not in KINDS:
        raise ConfigError(
            f"{key}.kind={kind} must be one of {', '.join(KINDS)}.{did_you_mean(str(kind), KINDS)}"
        )
    least = 2 if kind == "categorical" else 1
    if type(size) is not int or not least <= size <= LARGEST:
        raise ConfigError(
            f"{key}.size={size} must be a whole number from {least} to {LARGEST:,}; {key}=null "
            f"leaves the factor out."
        )
    if type(informative) is not bool:
        raise ConfigError(f"{key}.informative={informative} must be true or false.")
    return KINDS[kind](size, informative)
