"""The relativistic loss: D tells which image of a pair is the real one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor
from torch.nn.functional import softplus

from gan_lab.errors import TrainingError
from gan_lab.losses.adversarial import AdversarialLoss, PairLoss, full_precision


@final
@dataclass(frozen=True)
class Relativistic(AdversarialLoss):
    """`E[f(D(G(z)) - D(x))]` with `f(t) = -log(1 + exp(-t))`: G minimises it, D maximises it.

    Jolicoeur-Martineau, 2019, arXiv:1807.00734, equations 3 and 4 (RSGAN); with `terms=[r1,r2]` it
    is the loss of Huang et al., 2024, arXiv:2501.05441 (R3GAN). Each player wants the image of its
    own side to get the larger logit of a pair, so D's level is free and D(x) alone says nothing.
    """

    compares_pairs: ClassVar = True
    level_is_free: ClassVar = True
    watched: ClassVar = ("d_difference",)

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> PairLoss:
        """Return the mean cross-entropy of taking the real image of each pair for the real one."""
        return PairLoss(softplus(-difference(real_logits_N, fake_logits_N)).mean())

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return the mean cross-entropy of taking the generated image for the real one."""
        return softplus(difference(real_logits_N, fake_logits_N)).mean()

    def output(self, logits_N: Tensor) -> Tensor:
        """Return D(x) itself, which has no bounds and no level."""
        return full_precision(logits_N)

    def answers(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> dict[str, Tensor]:
        """Return by how much D prefers the real image of a pair."""
        return {"d_difference": difference(real_logits_N, fake_logits_N).mean()}

    def margins(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
        """Return by how much D prefers the real image of each pair."""
        return difference(real_logits_N, fake_logits_N)

    def value(self, loss: PairLoss) -> Tensor:
        """Return the mean log-likelihood of telling the images of a pair apart."""
        return -loss.pairs

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """D prefers neither image of any pair."""
        return {
            "loss/discriminator": math.log(2),
            "loss/discriminator_pairs": math.log(2),
            "loss/generator": math.log(2),
            "value": -math.log(2),
            "d_difference": 0.0,
        }


def difference(real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
    """Return `D(x) - D(G(z))` of each pair.

    Raises:
        TrainingError: there are more images of one kind than of the other.
    """
    if real_logits_N.shape != fake_logits_N.shape:
        raise TrainingError(
            f"loss=relativistic compares real and generated images in pairs, and was given logits "
            f"of {len(real_logits_N)} and {len(fake_logits_N)}. Make minibatches of one size."
        )
    return full_precision(real_logits_N) - full_precision(fake_logits_N)
