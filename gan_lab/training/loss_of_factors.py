"""One adversarial loss for the discriminators of several factors of latents.

Shape legend: N = latents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from torch import Tensor

from gan_lab.losses.adversarial import AdversarialLoss


@final
@dataclass(frozen=True)
class LossOfFactors:
    """What each player minimises, by names that end with that of a factor.

    Logits are of each factor in their order, `(N,)` each.

    Attributes:
        loss: the same for each factor; their sum counts.
        factors: their names.
    """

    loss: AdversarialLoss
    factors: Sequence[str]

    @property
    def watched(self) -> list[str]:
        """Columns that a person watches."""
        return [f"{name}/{factor}" for factor in self.factors for name in self.loss.watched]

    @property
    def reference(self) -> dict[str, float]:
        """Values of these where every discriminator is at its best and can tell nothing."""
        known = self.loss.equilibrium
        names = {column: column.split("/")[0] for column in self.watched}
        return {column: known[name] for column, name in names.items() if name in known}

    def discriminator(
        self, of_real: Sequence[Tensor], of_fake: Sequence[Tensor]
    ) -> dict[str, Tensor]:
        """Return the parts of what the discriminators minimise."""
        return {
            f"{part}/{factor}": value
            for factor, *logits in zip(self.factors, of_real, of_fake, strict=True)
            for part, value in self.loss.weighed(self.loss.discriminator(*logits)).items()
        }

    def answers(self, of_real: Sequence[Tensor], of_fake: Sequence[Tensor]) -> dict[str, Tensor]:
        """Return what is logged of the discriminators' answers."""
        return {
            f"{name}/{factor}": value
            for factor, *logits in zip(self.factors, of_real, of_fake, strict=True)
            for name, value in self.loss.answers(*logits).items()
        }

    def generator(
        self, of_fake: Sequence[Tensor], of_real: Sequence[Tensor] | None
    ) -> dict[str, Tensor]:
        """Return the parts of what the generator minimises.

        Args:
            of_fake: of what it makes.
            of_real: of draws of the prior, for a loss that `compares_pairs`; else None.
        """
        beside = [None] * len(of_fake) if of_real is None else of_real
        return {
            f"generator_{factor}": self.loss.generator_weight * self.loss.generator(fake, real)
            for factor, fake, real in zip(self.factors, of_fake, beside, strict=True)
        }
