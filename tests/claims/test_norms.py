"""Which L_p are norms."""

import math

import numpy as np
import pytest

from gan_lab.claims.norms import check, length, violations


def test_the_claim_holds():
    assert check().holds


@pytest.mark.parametrize("p", [0.0, 0.5, 0.9])
def test_it_fails_if_one_below_1_is_called_a_norm(p):
    assert not check(norms=(p, 2.0)).holds


def test_it_fails_if_a_norm_is_called_none():
    assert not check(no_norms=(1.0,)).holds


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, math.inf])
def test_lengths_are_numpys(p):
    vectors = np.random.default_rng(1).normal(size=(20, 4))

    assert length(vectors, p) == pytest.approx(np.linalg.norm(vectors, ord=p, axis=1))


def test_l0_counts_entries_and_breaks_homogeneity_only():
    found = violations(0.0)

    assert length(np.array([[0.0, 3.0, -2.0]]), 0).tolist() == [2]
    assert found["homogeneity"] > 1
    assert found["triangle inequality"] == found["only 0 has length 0"] == 0


def test_below_1_the_triangle_inequality_breaks():
    # |(1, 0) + (0, 1)| = 4 > 1 + 1
    assert length(np.array([[1.0, 1.0]]), 0.5).tolist() == [4]
    assert violations(0.5)["triangle inequality"] > 1
