"""Drift: the level of D's answers stays near 0, for losses that leave it free."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class Drift(Term):
    """`E[D(x)^2]` on real images; the weight is the paper's epsilon.

    Karras et al., 2018, arXiv:1710.10196, appendix A.1.
    """

    is_for_free_level: ClassVar = True

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean square of D's answers to real images."""
        return full_precision(phase.real.logits).square().mean()
