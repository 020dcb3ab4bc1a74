"""The matching-aware term: real images beside other conditions are fakes to D."""

import math

import pytest
import torch

from gan_lab.latents.conditions import Labels
from gan_lab.losses.adversarial import LeastSquares, NonSaturating
from gan_lab.losses.matching import Matching
from gan_lab.losses.relativistic import Relativistic
from gan_lab.losses.terms import Judged, PhaseOutputs, RandomNumbers

CLASSES = Labels(("a", "b"), [1, 1])
IMAGES, LABELS = torch.zeros(4, 1, 2, 2), torch.tensor([0, 1, 0, 1])


def value(loss, right, wrong):
    """Return the term where D says `right` of pairs that match and `wrong` of those that do not."""

    def judge(pair):
        images, labels = pair
        assert images is IMAGES
        return Judged(*pair, torch.where(labels == LABELS, right, wrong).float())

    real = judge((IMAGES, LABELS))
    term = Matching(loss=loss, condition=CLASSES, weight=1.0)
    random = RandomNumbers(of_images=torch.tensor([0.1, 0.3, 0.7, 0.9]))
    return term(PhaseOutputs(judge, real, fake=real, random=random)).item()


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (NonSaturating(), math.log(1 + math.exp(-3.0)) + math.log(1 + math.exp(-2.0))),
        (LeastSquares(), 0.5 * 4.0 + 0.5 * 4.0),
        (Relativistic(), math.log(1 + math.exp(-5.0))),  # of the right pair above the wrong one
    ],
)
def test_the_wrong_pairs_are_the_fakes_of_a_loss_with_the_right_ones(loss, expected):
    assert value(loss, right=3.0, wrong=-2.0) == pytest.approx(expected, rel=1e-5)
