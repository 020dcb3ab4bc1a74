"""The gradient penalty of WGAN-GP: D's slope between real and generated images has a target."""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

import torch
from torch import Tensor
from torch.nn.functional import relu

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import GradientNorm, PhaseOutputs, Term, alike_in_packs, gradient_norms


@final
@dataclass(frozen=True, kw_only=True)
class GradientPenalty(Term):
    """`E[(|grad D(x^)| - target)^2]` on straight lines from real to generated images.

    Gulrajani et al., 2017, arXiv:1704.00028, equation 3; the weight is the paper's lambda. From one
    side, `E[max(0, |grad D(x^)| - target)^2]`, smaller slopes cost nothing: Petzka, Fischer,
    Lukovnikov, 2018, arXiv:1709.08894, equation 8.

    Attributes:
        target: norm of the gradient that costs nothing.
        sides: whether norms below the target cost as much as those above, or nothing.
    """

    needs_random: ClassVar = ("of_images",)
    limits_slope: ClassVar = True

    target: GradientNorm = 1.0
    sides: Literal["two", "one"] = "two"

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean squared difference of the norms to the target."""
        share = alike_in_packs(phase.random.of_images, phase.real.logits)[:, None, None, None]
        fake, real = full_precision(phase.fake.images.detach()), phase.real.images.detach()
        between = torch.lerp(fake, real, share).requires_grad_()
        logits = phase.judge((between, phase.real.condition)).logits
        excess = gradient_norms(logits, between) - self.target
        return (relu(excess) if self.sides == "one" else excess).square().mean()
