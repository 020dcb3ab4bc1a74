"""Runs by maximum likelihood and of GANs, of one model on the same data."""

import pytest

from gan_lab.claims.mode_covering import by_game, by_likelihood, check


@pytest.mark.slow
def test_the_claim_holds():
    assert check().holds


@pytest.mark.slow
def test_it_fails_with_either_in_the_place_of_the_other():
    assert not check(likelihood=by_game).holds
    assert not check(game=by_likelihood).holds
