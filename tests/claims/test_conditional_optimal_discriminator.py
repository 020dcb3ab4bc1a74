"""The best D that is told of labels: by search, by the formula, and against wrong ones."""

import math

import pytest

from gan_lab.claims.conditional_optimal_discriminator import check
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["the same, D not told"] == pytest.approx(-math.log(4))


def test_it_fails_with_a_d_that_does_not_look_at_the_label():
    def of_images(p_data, p_g):
        all_data, all_g = (p.mean(dim=1, keepdim=True).expand_as(p) for p in (p_data, p_g))
        return all_data / (all_data + all_g)

    assert not check(formula=of_images).holds


def test_it_fails_with_a_loss_of_other_targets():
    assert not check(loss=LeastSquares(a=-1.0)).holds
