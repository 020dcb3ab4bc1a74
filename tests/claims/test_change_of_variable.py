"""Means over latents and by the density of images."""

import math

import pytest

from gan_lab.claims.change_of_variable import by_slope, check, p_z


def test_the_claim_holds_with_the_mean_of_a_folded_gaussian():
    outcome = check()

    assert outcome.holds
    mean = outcome.numbers["G = 2 |z| - 1: mean of x, by p_g"]
    assert mean == pytest.approx(2 * math.sqrt(2 / math.pi) - 1, abs=1e-6)


def test_it_fails_without_the_slope_or_with_one_latent_of_two():
    assert not check(without_slope).holds
    assert not check(of_one_latent).holds


def without_slope(generator, x):
    return p_z(generator.latents(x)).nan_to_num(nan=0.0).sum(dim=0)


def of_one_latent(generator, x):
    return by_slope(generator._replace(latents=lambda x: generator.latents(x)[:1]), x)
