"""Which divergence covers and which seeks modes."""

import pytest

from gan_lab.claims.mode_seeking import check, forward_kl, reverse_kl


def test_the_claim_holds_with_the_deviations_known():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["forward KL: standard deviation"] == pytest.approx(3.219, abs=0.01)
    assert outcome.numbers["Jensen-Shannon: standard deviation"] == pytest.approx(0.6, abs=0.01)


def test_it_fails_with_another_divergence_in_the_place_of_any():
    assert not check(forward=reverse_kl).holds
    assert not check(reverse=forward_kl).holds
    assert not check(symmetric=forward_kl).holds
