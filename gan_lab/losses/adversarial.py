"""The adversarial losses side by side: functions of the discriminator's logits, and nothing else.

Written with `l = D's logit`, so `D = sigmoid(l)`, `-log D = softplus(-l)` and
`-log(1 - D) = softplus(l)`: stable for logits of any size. Half-precision logits are raised to
float32 first.

Shape legend: N = batch.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple, final

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gan_lab.errors import ConfigError
from gan_lab.ranges import Range

Target = Annotated[float, Range(-1000, 1000)]
Weight = Annotated[float, Range(0, 1000)]
Smoothing = Annotated[float, Range(0, 0.5)]


class DiscriminatorLoss(NamedTuple):
    """The discriminator's loss on real and on generated images; it minimises their sum."""

    real: Tensor
    fake: Tensor


class PairLoss(NamedTuple):
    """The discriminator's loss on pairs of a real and a generated image."""

    pairs: Tensor


@dataclass(frozen=True, kw_only=True)
class AdversarialLoss(ABC):
    """What each player minimises, and how to read the discriminator's answers.

    Attributes:
        discriminator_weight: by which D's loss counts; 0 leaves D to its terms.
        generator_weight: by which G's loss counts; 0 leaves G to its terms.
    """

    # Whether the generator's loss compares generated images with real ones, whose logits it is
    # given then. No other loss pays for them.
    compares_pairs: ClassVar[bool] = False
    # Whether it asks for a D whose slope is limited; and whether all of D's answers may be moved by
    # one number without a change in anything.
    needs_limited_slope: ClassVar[bool] = False
    level_is_free: ClassVar[bool] = False
    # Columns that a person watches.
    watched: ClassVar[Sequence[str]] = ("d_real", "d_fake")

    discriminator_weight: Weight = 1.0
    generator_weight: Weight = 1.0

    @abstractmethod
    def discriminator(
        self, real_logits_N: Tensor, fake_logits_N: Tensor
    ) -> DiscriminatorLoss | PairLoss:
        """Return the parts, as scalars, of what the discriminator minimises."""

    @abstractmethod
    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return the scalar that the generator minimises.

        Args:
            fake_logits_N: of its images.
            real_logits_N: of real ones, for a loss that `compares_pairs`; else None.
        """

    @abstractmethod
    def output(self, logits_N: Tensor) -> Tensor:
        """Return D(x) as the loss's own paper writes it, for logging."""

    def weighed(self, loss: DiscriminatorLoss | PairLoss) -> dict[str, Tensor]:
        """Return the parts of what D minimises, as they count, by the names of their columns."""
        weight = self.discriminator_weight
        return {f"discriminator_{part}": weight * value for part, value in loss._asdict().items()}

    def answers(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> dict[str, Tensor]:
        """Return what is logged of the discriminator's answers, as scalars by column."""
        return {
            "d_real": self.output(real_logits_N).mean(),
            "d_fake": self.output(fake_logits_N).mean(),
        }

    def margins(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
        """Return by how much D takes each real image for one; 0 where it cannot tell."""
        return real_logits_N

    @abstractmethod
    def value(self, loss: DiscriminatorLoss | PairLoss) -> Tensor:
        """Return V(D, G) as the loss's own paper defines it."""

    @property
    @abstractmethod
    def equilibrium(self) -> Mapping[str, float]:
        """Return each logged quantity's value where p_g = p_data and D is at its best.

        G's loss is meant without its weight.
        """

    @property
    def logged_equilibrium(self) -> dict[str, float]:
        """Return the same with G's loss as it is logged; with a weight of 0 there is none."""
        known = dict(self.equilibrium)
        loss = known.pop("loss/generator", None)
        if loss is not None and self.generator_weight:
            known["loss/generator"] = self.generator_weight * loss
        return known


def full_precision(logits_N: Tensor) -> Tensor:
    """Raise half precision to float32; leave float32 and float64 as they are."""
    return logits_N.float() if logits_N.dtype in (torch.bfloat16, torch.float16) else logits_N


@dataclass(frozen=True)
class CrossEntropy:
    """What the two losses of Goodfellow et al., 2014, have in common: D and how to read it.

    To be named before `AdversarialLoss` among the bases of a class.

    Attributes:
        smoothing: s, one-sided: D is told that real images are real with probability t = 1 - s.
            Where p_g = p_data, it is at its best at t/2. Salimans et al., 2016, arXiv:1606.03498,
            section 3.4.
    """

    smoothing: Smoothing = 0.0

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        """Return `-E[t log D(x) + s log(1 - D(x))]` and `-E[log(1 - D(G(z)))]`."""
        real_logits = full_precision(real_logits_N)
        real = softplus(-real_logits)
        if self.smoothing:
            real = real + self.smoothing * real_logits
        return DiscriminatorLoss(real.mean(), softplus(full_precision(fake_logits_N)).mean())

    def output(self, logits_N: Tensor) -> Tensor:
        """Return the probability that each image is real."""
        return torch.sigmoid(full_precision(logits_N))

    def margins(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
        """Return by how much D is above the logit of t/2, its answer where it cannot tell."""
        target = 1 - self.smoothing
        return full_precision(real_logits_N) - math.log(target / (2 - target))

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        """Return `E[log D(x)] + E[log(1 - D(G(z)))]`, of smoothed labels if they are."""
        return -(loss.real + loss.fake)

    def discriminator_equilibrium(self) -> dict[str, float]:
        """D = t/2; without smoothing D = 1/2 and V = -log 4 (Theorem 1)."""
        best = (1 - self.smoothing) / 2
        fake = -math.log(1 - best)
        real = -(1 - self.smoothing) * math.log(best) + self.smoothing * fake
        return {
            "loss/discriminator": real + fake,
            "loss/discriminator_real": real,
            "loss/discriminator_fake": fake,
            "value": -(real + fake),
            "d_real": best,
            "d_fake": best,
        }


@final
@dataclass(frozen=True)
class Minimax(CrossEntropy, AdversarialLoss):
    """The zero-sum game: G minimises `log(1 - D(G(z)))`, which saturates while D is winning.

    Goodfellow et al., 2014, arXiv:1406.2661, equation 1 and Algorithm 1. At a logit of -5 the
    generator's gradient is 1/148 of the non-saturating one.
    """

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return `E[log(1 - D(G(z)))]`, at most 0."""
        return -softplus(full_precision(fake_logits_N)).mean()

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """G's loss is `log(1 - D)`."""
        known = self.discriminator_equilibrium()
        return known | {"loss/generator": -known["loss/discriminator_fake"]}


@final
@dataclass(frozen=True)
class NonSaturating(CrossEntropy, AdversarialLoss):
    """The usual GAN loss: D as in the minimax game, G minimises `-log D(G(z))`.

    Goodfellow et al., 2014, arXiv:1406.2661, end of section 3: the same fixed point, but a strong
    gradient while D rejects every sample.
    """

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return `E[-log D(G(z))]`, at least 0."""
        return softplus(-full_precision(fake_logits_N)).mean()

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """G's loss is `-log D`."""
        known = self.discriminator_equilibrium()
        return known | {"loss/generator": -math.log(known["d_fake"])}


@final
@dataclass(frozen=True)
class LeastSquares(AdversarialLoss):
    """Pull D(x) to `b` and D(G(z)) to `a`; G pulls D(G(z)) to `c`. D has no sigmoid here.

    Mao et al., 2017, arXiv:1611.04076, equation 2. With (a, b, c) = (0, 1, 1) the equilibrium is
    D = 1/2: V = 1/4 for the discriminator and 1/8 for the generator.

    Attributes:
        a: target of the discriminator for generated images.
        b: target of the discriminator for real images.
        c: target of the generator for its own images.

    Raises:
        ConfigError: the players would not be against each other.
    """

    a: Target = 0.0
    b: Target = 1.0
    c: Target = 1.0

    def __post_init__(self) -> None:
        if self.a in (self.b, self.c):
            raise ConfigError(
                f"loss.a={self.a}, the target of generated images, must differ from "
                f"loss.b={self.b} and loss.c={self.c}, such as a=0, b=1, c=1."
            )

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        """Return half the mean squared distance to `b` on real, to `a` on generated images."""
        return DiscriminatorLoss(
            real=0.5 * (full_precision(real_logits_N) - self.b).square().mean(),
            fake=0.5 * (full_precision(fake_logits_N) - self.a).square().mean(),
        )

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return half the mean squared distance to `c`."""
        return 0.5 * (full_precision(fake_logits_N) - self.c).square().mean()

    def output(self, logits_N: Tensor) -> Tensor:
        """Return D(x) itself: the regression's answer, not a probability."""
        return full_precision(logits_N)

    def margins(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
        """Return by how much D is above the middle of its targets for both kinds of images."""
        return full_precision(real_logits_N) - (self.a + self.b) / 2

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        """Return V_LSGAN(D), the sum of both parts."""
        return loss.real + loss.fake

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """D = (a + b) / 2 everywhere."""
        answer = (self.a + self.b) / 2
        part = 0.5 * ((self.b - self.a) / 2) ** 2
        return {
            "loss/discriminator": 2 * part,
            "loss/discriminator_real": part,
            "loss/discriminator_fake": part,
            "loss/generator": 0.5 * (answer - self.c) ** 2,
            "value": 2 * part,
            "d_real": answer,
            "d_fake": answer,
        }
