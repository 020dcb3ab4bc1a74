"""R2: no slope of D where the generated images are."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from gan_lab.losses.terms import PhaseOutputs, Term, squared_gradient_norms


@final
@dataclass(frozen=True, kw_only=True)
class R2(Term):
    """`1/2 E[|grad D(G(z))|^2]` on generated images; the weight is the paper's gamma.

    Mescheder, Geiger, Nowozin, 2018, arXiv:1801.04406, equation 10.
    """

    needs_gradient_of: ClassVar = ("fake",)
    limits_slope: ClassVar = True

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return half the mean squared norm of D's gradient by the generated images."""
        return 0.5 * squared_gradient_norms(phase.fake.logits, phase.fake.images).mean()
