"""A term for D: the level of its answers stays near 0, which some losses leave free."""

from dataclasses import dataclass
from typing import final

from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class Level(Term):
    """(E[D(x)] + E[D(G(z))])^2 / 4, of the means over the whole minibatch."""

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        real, fake = (full_precision(seen.logits).mean() for seen in (phase.real, phase.fake))
        return (phase.mean_over_devices(real + fake) / 2).square()
