"""The penalty of DRAGAN: D's slope has a target around the real images."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, final

from torch import Tensor

from gan_lab.losses.terms import GradientNorm, PhaseOutputs, Term, alike_in_packs, gradient_norms
from gan_lab.ranges import Range


@final
@dataclass(frozen=True, kw_only=True)
class DRAGAN(Term):
    """`E[(|grad D(x + u d)| - target)^2]` with `d = noise * std * v`; `u`, `v` from U(0, 1).

    Kodali, Abernethy, Hays, Kira, 2017, arXiv:1705.07215, Algorithm 1; the weight is the paper's
    lambda. The perturbations are those of the authors' code: one `u` for each image, one `v` for
    each pixel and channel, and the standard deviation of all numbers of the minibatch.

    Attributes:
        target: norm of the gradient that costs nothing; the paper's k.
        noise: the largest perturbation, in standard deviations.
    """

    mixes_images: ClassVar = True
    needs_random: ClassVar = ("of_images", "of_pixels")
    limits_slope: ClassVar = True

    target: GradientNorm = 1.0
    noise: Annotated[float, Range(0, 1000)] = 0.5

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean squared difference of the norms to the target."""
        real = phase.real.images.detach()
        mean = phase.mean_over_devices(real.mean())
        std = phase.mean_over_devices((real - mean).square().mean()).sqrt()
        share = alike_in_packs(phase.random.of_images, phase.real.logits)[:, None, None, None]
        near = real + share * self.noise * std * phase.random.of_pixels
        near.requires_grad_()
        logits = phase.judge((near, phase.real.condition)).logits
        return (gradient_norms(logits, near) - self.target).square().mean()
