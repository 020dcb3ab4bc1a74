"""sup_D U is convex in p_g and descent finds p_data; neither is so for another criterion."""

import torch

from gan_lab.claims.convexity import check, highest_value
from gan_lab.claims.game import MINIMAX, value
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds


def test_it_fails_for_a_concave_criterion():
    assert not check(lambda p_data, p_g: -highest_value(p_data, p_g)).holds


def test_it_fails_where_d_is_not_at_its_best():
    def with_an_idle_d(p_data, p_g):
        return value(MINIMAX, torch.zeros_like(p_g), p_data, p_g)

    # Linear, so convex too: only the descent tells.
    assert not check(with_an_idle_d).holds


def test_it_fails_for_a_loss_whose_value_is_what_d_minimises():
    assert not check(lambda p_data, p_g: highest_value(p_data, p_g, LeastSquares())).holds
