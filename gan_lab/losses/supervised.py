"""Learning from the few images whose labels are known."""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

from torch import Tensor

from gan_lab.losses.classification import cross_entropy_of
from gan_lab.losses.terms import PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class Supervised(Term):
    """`-E[log p(y | x, real)]` on labelled images, for a D whose logits are of classes.

    Salimans et al., 2016, arXiv:1606.03498, section 5: its supervised part. The other part of their
    loss is the half of `loss=non_saturating`, so theirs is this with a weight of 2.

    Attributes:
        fake_class: the logit of "generated" beside those of the classes: `zero`, as there, or
            `learned`, as in Odena, 2016, arXiv:1606.01583.
    """

    needs_labelled: ClassVar = True

    fake_class: Literal["zero", "learned"] = "zero"

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean cross-entropy of the labelled images."""
        return cross_entropy_of(phase.labelled)
