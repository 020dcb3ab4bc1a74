"""Minima along a weight, and along mixtures."""

import pytest

from gan_lab.claims.several_minima import check


def test_the_claim_holds_and_descent_ends_at_the_modes():
    outcome = check()

    assert outcome.holds
    ends = [outcome.numbers[f"place of G after 60 steps from {start}"] for start in (-5, 5)]
    assert ends == pytest.approx([-3, 3], abs=0.1)


def test_it_fails_where_the_modes_are_one():
    assert not check(distance=0.5).holds
