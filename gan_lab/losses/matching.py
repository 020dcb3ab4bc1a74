"""GAN-CLS: a real image with a condition that is not its own is a fake, too."""

from dataclasses import dataclass
from typing import ClassVar, Protocol, final

from torch import Tensor

from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.terms import PhaseOutputs, Term


class Condition(Protocol):
    """Where conditions are drawn from."""

    def others(self, right: Tensor, numbers: Tensor) -> Tensor:
        """Return a condition for each of `right`, drawn by numbers from 0 to 1, not the same."""


@final
@dataclass(frozen=True, kw_only=True)
class Matching(Term):
    """What D's loss makes of real images beside a caption, or a label, of other images.

    Reed et al., 2016, arXiv:1605.05396, algorithm 1. Without it D may tell real images from
    generated ones by their looks alone, and nothing then asks G to do as it is told. It is D's loss
    once more, with these images as its fakes: with a weight of 1 both kinds of fakes count half as
    much as real images, as there, and D's loss is twice the paper's.

    Attributes:
        loss: of the run.
        condition: where the others are drawn from; never the same as the image's own.
    """

    needs_random: ClassVar = ("of_images",)

    loss: AdversarialLoss
    condition: Condition

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return D's loss of images beside their own condition against the same beside another."""
        wrong = self.condition.others(phase.real.condition, phase.random.of_images)
        mismatched = phase.judge((phase.real.images, wrong))
        return sum(self.loss.discriminator(phase.real.logits, mismatched.logits))
