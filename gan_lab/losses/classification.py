"""AC-GAN's term: images are of the class that they should be, as D's head of classes sees them."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import Judged, PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class Classification(Term):
    """`-E[log p(c | x)]`, of real and of generated images for D, of generated ones for G.

    Odena, Olah, Shlens, 2017, arXiv:1610.09585, equation 3. Both players minimise it, so it pulls
    samples to where classes are easy to tell apart: watch coverage beside agreement.
    """

    phases: ClassVar = ("discriminator", "generator")
    needs_features: ClassVar = True
    needs_head: ClassVar = True

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the mean over all images of a kind, and the sum over both kinds for D."""
        fake = cross_entropy_of(phase.fake)
        return fake if phase.player == "generator" else cross_entropy_of(phase.real) + fake


def cross_entropy_of(judged: Judged) -> Tensor:
    """Return the mean cross-entropy of images, of which attributes `(N, K)` add up."""
    if judged.condition.is_floating_point():
        losses_NK = binary_cross_entropy_with_logits(
            full_precision(judged.head), judged.condition, reduction="none"
        )
        return losses_NK.sum(dim=1).mean()
    return cross_entropy_where_known(judged.head, judged.condition)


def cross_entropy_where_known(logits_NK: Tensor, labels_N: Tensor) -> Tensor:
    """Return the mean cross-entropy of images, to which those without a label (-1) add 0.

    They count among the images, so that minibatches and their parts on several devices add up.
    """
    losses_N = cross_entropy(full_precision(logits_NK), labels_N.clamp(min=0), reduction="none")
    return (losses_N * (labels_N >= 0)).mean()
