"""Feature matching against closed forms, and where its gradient goes."""

from dataclasses import replace

import pytest
import torch

from gan_lab.losses.feature_matching import FeatureMatching
from gan_lab.losses.terms import Judged, PhaseOutputs

REAL = [[1.0, 2.0, 0.0], [3.0, -2.0, 4.0]]  # on average 2, 0, 2
FAKE = [[1.0, 0.0, 5.0], [0.0, 0.0, 1.0], [2.0, 6.0, 0.0]]  # on average 1, 2, 2
TERM = FeatureMatching(weight=1.0)


def judged(features, dtype=torch.float64):
    features = torch.tensor(features, dtype=dtype, requires_grad=True)
    return Judged(images=None, condition=None, logits=None, features=features)


def test_it_is_the_squared_distance_of_the_mean_features():
    phase = PhaseOutputs(None, judged(REAL), judged(FAKE))

    value = TERM(phase)
    value.backward()

    assert value.item() == 1 + 4 + 0
    # 2 (E[f(G(z))] - E[f(x)]) / N for each generated image.
    slopes = [2 * -1 / 3, 2 * 2 / 3, 0]
    for row in phase.fake.features.grad.tolist():
        assert row == pytest.approx(slopes)


def test_means_are_those_of_all_devices():
    phase = replace(
        PhaseOutputs(None, judged(REAL), judged(FAKE)), mean_over_devices=lambda mean: mean / 2
    )

    assert TERM(phase).item() == 5 / 4


def test_means_of_half_precision_are_float32():
    # 256 + 1 is 256 in bfloat16.
    real, fake = ([[256.0], [1.0], [1.0], [1.0]], [[256.0], [0.0], [0.0], [0.0]])

    value = TERM(PhaseOutputs(None, *(judged(rows, torch.bfloat16) for rows in (real, fake))))

    assert value.dtype is torch.float32
    assert value.item() == pytest.approx((3 / 4) ** 2)
