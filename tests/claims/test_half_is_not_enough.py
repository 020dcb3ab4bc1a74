"""An idle D gives 1/2 and -log 4 with p_g far away; with p_g = p_data there is nothing to show."""

import math

import pytest

from gan_lab.claims.half_is_not_enough import check


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["V of the untrained D"] == pytest.approx(-math.log(4))
    assert outcome.numbers["C(G), the highest V against this G"] > -0.4


def test_it_fails_where_p_g_is_near_p_data():
    assert not check(gap=0.0).holds
    assert not check(gap=1.0).holds
