"""The Wasserstein loss: D, the critic, rates images without bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from gan_lab.losses.adversarial import AdversarialLoss, DiscriminatorLoss, full_precision


@final
@dataclass(frozen=True)
class Wasserstein(AdversarialLoss):
    """D maximises `E[D(x)] - E[D(G(z))]`, the Wasserstein-1 distance if its slope is at most 1.

    Arjovsky, Chintala, Bottou, 2017, arXiv:1701.07875, equation 2. The slope is bounded by a term
    such as `terms=[gradient_penalty]`; D's level is free, so D(x) alone says nothing.
    """

    needs_limited_slope: ClassVar = True
    level_is_free: ClassVar = True
    watched: ClassVar = ("value",)

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        """Return the mean of D on generated images, and that on real ones with its sign turned."""
        return DiscriminatorLoss(
            real=-full_precision(real_logits_N).mean(), fake=full_precision(fake_logits_N).mean()
        )

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        """Return the mean of D with its sign turned."""
        return -full_precision(fake_logits_N).mean()

    def output(self, logits_N: Tensor) -> Tensor:
        """Return D(x) itself, which has no bounds and no level."""
        return full_precision(logits_N)

    def answers(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> dict[str, Tensor]:
        """Return nothing: by how much D rates real images above generated ones is `value`."""
        return {}

    def margins(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> Tensor:
        """Return by how much D prefers real images to generated ones; its own level is free."""
        return full_precision(real_logits_N) - full_precision(fake_logits_N)

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        """Return the estimate of the distance."""
        return -(loss.real + loss.fake)

    @property
    def equilibrium(self) -> Mapping[str, float]:
        """The distance is 0."""
        return {"loss/discriminator": 0.0, "value": 0.0}
