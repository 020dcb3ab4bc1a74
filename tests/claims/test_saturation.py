"""The gradients that move G, by autograd and by the closed forms."""

import math

import pytest

from gan_lab.claims.game import MINIMAX, NON_SATURATING
from gan_lab.claims.saturation import check
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds_with_the_ratios_known():
    outcome = check()

    found = [outcome.numbers[f"ratio at logit {logit}"] for logit in (-3, -5, -8)]
    assert outcome.holds
    assert found == pytest.approx([math.exp(3), math.exp(5), math.exp(8)])


def test_it_fails_with_the_losses_exchanged():
    assert not check(NON_SATURATING, MINIMAX).holds


@pytest.mark.parametrize("losses", [(LeastSquares(), NON_SATURATING), (MINIMAX, LeastSquares())])
def test_it_fails_with_another_loss(losses):
    assert not check(*losses).holds
