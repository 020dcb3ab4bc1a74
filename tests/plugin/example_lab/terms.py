"""A term for D: its answers to real images stay near 0."""

from dataclasses import dataclass
from typing import final

from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class Drift(Term):
    """E[D(x)^2], which Karras et al., 2018, arXiv:1710.10196, weigh with 0.001."""

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        return full_precision(phase.real.logits).square().mean()
