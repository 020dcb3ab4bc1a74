"""The best D: the search and the formula agree, and disagree where either is wrong."""

from gan_lab.claims.optimal_discriminator import check
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert max(outcome.numbers.values()) < 1e-6


def test_it_fails_with_the_other_players_share():
    assert not check(formula=lambda p_data, p_g: p_g / (p_data + p_g)).holds


def test_it_fails_with_the_half_that_only_an_equal_pair_has():
    assert not check(formula=lambda p_data, p_g: 0 * p_data + 0.5).holds


def test_it_fails_with_a_loss_of_other_targets():
    assert not check(loss=LeastSquares(a=-1.0)).holds
