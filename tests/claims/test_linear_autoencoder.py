"""What a linear autoencoder spans, and that no other objective or encoder does so."""

import math

import pytest
import torch

from gan_lab.claims.linear_autoencoder import angles_of, check
from gan_lab.losses.likelihoods import Laplace


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["angles after training, degrees: largest"] < 0.05
    assert outcome.numbers["angles before training, degrees: smallest"] > 30


def test_it_fails_with_absolute_differences():
    assert not check(Laplace(value_range=(0.0, 1.0), scale=0.5)).holds


def test_it_fails_with_an_encoder_that_is_not_linear():
    assert not check(hidden=(3,)).holds


@pytest.mark.parametrize("degrees", [0.0, 1e-7, 0.01, 30, 45, 80, 90])
def test_angles_are_known_and_keep_their_digits(degrees):
    angle = math.radians(degrees)
    one = torch.eye(5, dtype=torch.float64)[:, :2]
    other = one.clone()
    other[:, 1] = torch.tensor([0, math.cos(angle), math.sin(angle), 0, 0])

    # Other bases of the same planes.
    found = angles_of(one @ torch.tensor([[2.0, 1], [0, 3]]).double(), other[:, [1, 0]])

    assert found.tolist() == pytest.approx([0, degrees], rel=1e-6, abs=1e-8)
