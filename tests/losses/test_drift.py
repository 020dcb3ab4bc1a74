"""The drift term against its closed form."""

import pytest
import torch

from gan_lab.losses.drift import Drift
from gan_lab.losses.terms import Judged, PhaseOutputs


def judged(logits, dtype):
    return Judged(None, None, torch.tensor(logits, dtype=dtype, requires_grad=True))


def test_it_is_the_mean_square_of_the_answers_to_real_images():
    phase = PhaseOutputs(
        None, judged([1.0, -2.0, 4.0], torch.float64), judged([9.0], torch.float64)
    )

    value = Drift(weight=1.0)(phase)
    value.backward()

    assert value.item() == 7
    assert phase.real.logits.grad.tolist() == pytest.approx([2 / 3, -4 / 3, 8 / 3])
    assert phase.fake.logits.grad is None


def test_squares_of_half_precision_are_float32():
    phase = PhaseOutputs(None, judged([300.0], torch.float16), judged([0.0], torch.float16))

    assert Drift(weight=1.0)(phase).item() == 90_000  # infinite in float16
