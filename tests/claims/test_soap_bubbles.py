"""The shell of Gaussian latents, and the ball that leaves its box."""

import math

import pytest

from gan_lab.claims.soap_bubbles import check, expected_length
from gan_lab.latents.priors import Spherical, Uniform


def test_the_claim_holds_with_the_lengths_known():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["100 dimensions: mean length"] == pytest.approx(9.97, abs=0.02)
    assert outcome.numbers["100 dimensions: its standard deviation"] == pytest.approx(
        0.71, abs=0.02
    )
    assert outcome.numbers["100 dimensions: mean length half-way between two"] == pytest.approx(
        7.05, abs=0.02
    )
    assert outcome.numbers["inner ball in 9 dimensions"] == 2


@pytest.mark.parametrize("prior", [Uniform, Spherical])
def test_it_fails_for_another_prior(prior):
    assert not check(prior=prior).holds


def test_it_fails_for_another_ball():
    assert not check(radius=lambda dim: math.sqrt(dim + 1) - 1).holds


def test_the_expected_length_is_that_of_the_chi_distribution():
    assert expected_length(1) == pytest.approx(math.sqrt(2 / math.pi))
    assert expected_length(2) == pytest.approx(math.sqrt(math.pi / 2))
