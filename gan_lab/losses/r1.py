"""R1: no slope of D where the data are."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from gan_lab.losses.terms import PhaseOutputs, Term, squared_gradient_norms


@final
@dataclass(frozen=True, kw_only=True)
class R1(Term):
    """`1/2 E[|grad D(x)|^2]` on real images; the weight is the paper's gamma.

    Mescheder, Geiger, Nowozin, 2018, arXiv:1801.04406, equation 9. With `every=16` it is the lazy
    regularisation of Karras et al., 2020, arXiv:1912.04958, appendix B, which also multiplies
    the learning rate by 16/17 and takes the betas to that power; both are left out.
    """

    needs_gradient_of: ClassVar = ("real",)
    limits_slope: ClassVar = True

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return half the mean squared norm of the gradient of D's logits by the real images."""
        return 0.5 * squared_gradient_norms(phase.real.logits, phase.real.images).mean()
