"""Repeated steps."""

import pytest

from gan_lab.claims.fixed_points import check


def test_the_claim_holds_with_the_known_fixed_point_of_cos():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["fixed point of cos"] == pytest.approx(0.7390851332151607)


def test_it_fails_with_another_curvature():
    assert not check(curvature=1.5).holds
