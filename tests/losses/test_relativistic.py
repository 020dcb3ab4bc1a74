"""The relativistic loss by hand; what all losses have in common is in test_adversarial.py."""

import math

import pytest
import torch

from gan_lab.errors import TrainingError
from gan_lab.losses.relativistic import Relativistic

REAL = [2.0, -1.0, 0.5]
FAKE = [-1.0, -1.0, 3.5]  # D prefers the real image by 3, by nothing, and by -3


def tensor(numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def sigmoid(number):
    return 1 / (1 + math.exp(-number))


def test_the_discriminator_raises_its_preference_for_the_real_image_of_each_pair():
    real, fake = tensor(REAL), tensor(FAKE)

    loss = Relativistic().discriminator(real, fake)
    loss.pairs.backward()

    expected = -sum(math.log(sigmoid(x)) for x in (3, 0, -3)) / 3
    slopes = [(sigmoid(x) - 1) / 3 for x in (3, 0, -3)]
    assert loss.pairs.item() == pytest.approx(expected)
    assert real.grad.tolist() == pytest.approx(slopes)
    assert fake.grad.tolist() == pytest.approx([-slope for slope in slopes])


def test_the_generator_pulls_the_other_way_at_the_same_pairs():
    real, fake = tensor(REAL), tensor(FAKE)

    loss = Relativistic().generator(fake, real)
    loss.backward()

    assert loss.item() == pytest.approx(-sum(math.log(sigmoid(-x)) for x in (3, 0, -3)) / 3)
    assert fake.grad.tolist() == pytest.approx([-sigmoid(x) / 3 for x in (3, 0, -3)])


def test_the_level_of_the_answers_is_free():
    moved = [[number + 17 for number in numbers] for numbers in (REAL, FAKE)]

    here, there = (
        Relativistic().discriminator(tensor(real), tensor(fake)).pairs.item()
        for real, fake in ((REAL, FAKE), moved)
    )

    assert here == pytest.approx(there)


def test_the_equilibrium_is_what_the_functions_give_where_no_image_is_preferred():
    loss, logits = Relativistic(), tensor([0.3, -2.0])
    parts = loss.discriminator(logits, logits)

    found = {
        "loss/discriminator": sum(parts).item(),
        "loss/discriminator_pairs": parts.pairs.item(),
        "loss/generator": loss.generator(logits, logits).item(),
        "value": loss.value(parts).item(),
        "d_difference": loss.answers(logits, logits)["d_difference"].item(),
    }

    assert found == pytest.approx(dict(loss.equilibrium))


def test_what_is_watched_is_the_difference_and_not_a_level():
    loss = Relativistic()

    answers = loss.answers(tensor(REAL), tensor(FAKE))

    assert answers.keys() == set(loss.watched) == {"d_difference"}
    assert answers["d_difference"].item() == pytest.approx(0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_extreme_logits_of_half_precision_are_compared_in_full(dtype):
    for real, fake in ((80.0, -80.0), (-80.0, 80.0), (80.0, 80.0)):
        half = [torch.tensor([logit], dtype=dtype) for logit in (real, fake)]

        loss = Relativistic().discriminator(*half).pairs

        assert loss.dtype is torch.float32
        assert loss.item() == pytest.approx(math.log1p(math.exp(-abs(real - fake))) + max(
            0, fake - real
        ))  # fmt: skip


def test_images_without_a_partner_are_refused():
    for method in (Relativistic().discriminator, Relativistic().generator):
        with pytest.raises(TrainingError, match=r"logits of (3 and 1|1 and 3)"):
            method(tensor(REAL), tensor([0.0]))
