"""InfoGAN's term: images tell the informative part of the latents that they were made of.

Shape legend: N = images, Z = latent dimension, H = numbers of the head.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Protocol, final

from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import PhaseOutputs, Term
from gan_lab.ranges import Range

COLUMN = "mutual_information/{}"


class Code(Protocol):
    """The informative part of latents, made of factors."""

    @property
    def entropies(self) -> Mapping[str, float]:
        """H(c) of each factor, in nats."""

    @property
    def ceilings(self) -> Mapping[str, float]:
        """The most that an image can tell of a factor, in nats, where that is finite."""

    def log_likelihoods(
        self, latents_NZ: Tensor, head_NH: Tensor, std: float
    ) -> Mapping[str, Tensor]:
        """Return `log Q(c | x)` of each factor and image, in nats, `(N,)`."""


@final
@dataclass(frozen=True, kw_only=True)
class MutualInformation(Term):
    """`-L_I`, with `L_I = E[log Q(c | x)] + H(c)` a lower bound of `I(c; G(z, c))` in nats.

    Chen et al., 2016, arXiv:1606.03657, equation 5. Both players minimise it, as in the authors'
    code: D's optimizer trains Q, which is a head of D, and by it what D's layers see; G makes
    images that Q can read. Real images and their labels have no part in it.

    Attributes:
        code: the latents' informative part.
        std: standard deviation of Q where c is continuous, 1 in the authors' code. Only its square
            matters to learning, as a weight; the bound is tight for none.
        generator_weight: of the term for G, times `weight`; 0: Q learns to read a G that nobody
            asks to be readable, the control of the paper's figure 1.
    """

    phases: ClassVar = ("discriminator", "generator")
    needs_features: ClassVar = True
    needs_code: ClassVar = True

    code: Code
    std: Annotated[float, Range(0, 1000, open_low=True)] = 1.0
    generator_weight: Annotated[float, Range(0, 1000)] = 1.0

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the sum over the factors."""
        weight = self.generator_weight if phase.player == "generator" else 1.0
        return -weight * sum(self.bounds(phase).values())

    def observe(self, phase: PhaseOutputs) -> dict[str, Tensor]:
        """Return the bound of each factor."""
        return {COLUMN.format(name): bound for name, bound in self.bounds(phase).items()}

    @property
    def reference(self) -> dict[str, float]:
        """What the bound of a factor cannot exceed."""
        return {COLUMN.format(name): ceiling for name, ceiling in self.code.ceilings.items()}

    def bounds(self, phase: PhaseOutputs) -> dict[str, Tensor]:
        """Return `E[log Q(c | x)] + H(c)` of each factor, of the generated images."""
        head = full_precision(phase.fake.head)
        entropies = self.code.entropies
        return {
            name: values_N.mean() + entropies[name]
            for name, values_N in self.code.log_likelihoods(phase.latents, head, self.std).items()
        }
