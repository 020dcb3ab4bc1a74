"""V as cross-entropies, and its two ends."""

import math

import pytest

from gan_lab.claims.value_of_the_game import check
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["V of a D that says 1/2"] == pytest.approx(-math.log(4))
    assert outcome.numbers["V of a D that is wrong of both"] == pytest.approx(-60)


def test_it_fails_of_another_loss():
    assert not check(LeastSquares()).holds
