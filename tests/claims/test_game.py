"""The game on a few points, against numbers computed by hand."""

import math

import pytest
import torch

from gan_lab.claims.game import (
    LINE,
    MINIMAX,
    best_logits,
    gaussian,
    jensen_shannon,
    kl,
    loss_at_points,
    random_mixtures,
    value,
)

P = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
Q = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)


def test_a_gaussian_on_the_line_has_its_mean_and_deviation():
    p = gaussian(1.5, 0.7)

    assert p.sum().item() == pytest.approx(1)
    assert (p * LINE).sum().item() == pytest.approx(1.5)
    assert (p * (LINE - 1.5) ** 2).sum().sqrt().item() == pytest.approx(0.7)


def test_random_mixtures_are_probabilities_and_the_same_each_time():
    mixtures = random_mixtures(5, "one")

    assert mixtures.shape == (5, len(LINE))
    assert mixtures.sum(dim=1).tolist() == pytest.approx([1] * 5)
    assert torch.equal(mixtures, random_mixtures(5, "one"))
    assert not torch.equal(mixtures, random_mixtures(5, "another"))


def test_the_value_is_the_expectation_point_by_point():
    d = (0.9, 0.5, 0.2)
    logits = torch.tensor([math.log(x / (1 - x)) for x in d], dtype=torch.float64)

    expected = sum(
        p * math.log(x) + q * math.log(1 - x)
        for p, q, x in zip(P.tolist(), Q.tolist(), d, strict=True)
    )
    assert value(MINIMAX, logits, P, Q).item() == pytest.approx(expected)
    assert -sum(loss_at_points(MINIMAX, logits, P, Q)).sum().item() == pytest.approx(expected)


def test_the_search_finds_the_best_logit_of_each_point():
    found = best_logits(MINIMAX, P, Q)

    assert found.tolist() == pytest.approx((P / Q).log().tolist(), abs=1e-6)


def test_divergences_are_those_computed_by_hand():
    assert kl(P, P).item() == jensen_shannon(P, P).item() == 0
    assert kl(P, Q).item() == pytest.approx(
        0.2 * math.log(0.4) + 0.3 * math.log(1.2) + 0.5 * math.log(2)
    )
    apart = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    assert jensen_shannon(*apart).item() == pytest.approx(math.log(2))
