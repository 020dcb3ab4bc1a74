"""The hinge loss: D stops where it is right by a margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from torch import Tensor
from torch.nn.functional import relu

from gan_lab.losses.adversarial import AdversarialLoss, DiscriminatorLoss, full_precision


@final
@dataclass(frozen=True)
class Hinge(AdversarialLoss):
    """D wants logits above 1 on real and below -1 on generated images; G wants large ones.

    Lim and Ye, 2017, arXiv:1705.02894, equations 6 and 8. Where p_g = p_data every D between -1 and
    1 is at its best, so only the sum of its two parts is known there.
    """

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        """Return by how much the logits fall short of the margin, on average."""
        return DiscriminatorLoss(
            real=relu(1 - full_precision(real_logits_N)).mean(),
            fake=relu(1 + full_precision(fake_logits_N)).mean(),
        )

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return the mean logit with its sign turned."""
        return -full_precision(fake_logits_N).mean()

    def output(self, logits_N: Tensor) -> Tensor:
        """Return D(x) itself, which has no bounds."""
        return full_precision(logits_N)

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        """Return the sum of both parts."""
        return loss.real + loss.fake

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """The margin missed on one side is missed on the other."""
        return {"loss/discriminator": 2.0, "value": 2.0}
