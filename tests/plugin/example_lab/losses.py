"""One-sided label smoothing: D is told that real images are real with a probability below 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, final

from torch import Tensor
from torch.nn.functional import softplus

from gan_lab.losses.adversarial import AdversarialLoss, DiscriminatorLoss
from gan_lab.ranges import Range


@final
@dataclass(frozen=True)
class Smoothed(AdversarialLoss):
    """Salimans et al., 2016, arXiv:1606.03498, section 3.4; G's loss is the non-saturating one."""

    smoothing: Annotated[float, Range(0, 0.5)] = 0.1

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        real, fake = real_logits_N.float(), fake_logits_N.float()
        smoothed = (1 - self.smoothing) * softplus(-real) + self.smoothing * softplus(real)
        return DiscriminatorLoss(real=smoothed.mean(), fake=softplus(fake).mean())

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        return softplus(-fake_logits_N.float()).mean()

    def output(self, logits_N: Tensor) -> Tensor:
        return logits_N.float().sigmoid()

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        return -(loss.real + loss.fake)

    @property
    def equilibrium(self) -> Mapping[str, float]:
        probability = (1 - self.smoothing) / 2
        return {"d_real": probability, "d_fake": probability}
