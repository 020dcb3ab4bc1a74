"""The gradient penalty of WGAN-GP: D's slope between real and generated images has a target."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import PhaseOutputs, Term, squared_gradient_norms
from gan_lab.ranges import Range


@final
@dataclass(frozen=True, kw_only=True)
class GradientPenalty(Term):
    """`E[(|grad D(x^)| - target)^2]` on straight lines from real to generated images.

    Gulrajani et al., 2017, arXiv:1704.00028, equation 3; the weight is the paper's lambda.

    Attributes:
        target: norm of the gradient that costs nothing.
    """

    needs_random: ClassVar = ("of_images",)
    of_each_image: ClassVar = True

    target: Annotated[float, Range(0, 10**6)] = 1.0

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean squared difference of the norms to the target."""
        share = phase.random.of_images[:, None, None, None]
        fake, real = full_precision(phase.fake.images.detach()), phase.real.images.detach()
        between = torch.lerp(fake, real, share).requires_grad_()
        logits = phase.judge((between, phase.real.condition)).logits
        # At 0 the root has no finite slope.
        norms = (squared_gradient_norms(logits, between) + 1e-12).sqrt()
        return (norms - self.target).square().mean()
