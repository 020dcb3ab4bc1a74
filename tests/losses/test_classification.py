"""AC-GAN's term: closed forms, whose images count, and who has no label."""

import math

import pytest
import torch
from torch.nn.functional import log_softmax

from gan_lab.losses.classification import (
    Classification,
    cross_entropy_of,
    cross_entropy_where_known,
)
from gan_lab.losses.terms import Judged, PhaseOutputs

TERM = Classification(weight=1.0)
HEAD = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))


def judged(labels, head=HEAD):
    return Judged(torch.zeros(len(labels), 1), torch.tensor(labels), torch.zeros(4), None, head)


def mean_cross_entropy(labels):
    rows = [(row, label) for row, label in enumerate(labels) if label >= 0]
    return -sum(log_softmax(HEAD.double(), 1)[place].item() for place in rows) / len(labels)


def test_the_discriminator_classifies_real_and_generated_images():
    real, fake = [0, 1, 2, 1], [2, 2, 0, 1]

    value = TERM(PhaseOutputs(None, judged(real), judged(fake)))

    expected = mean_cross_entropy(real) + mean_cross_entropy(fake)
    assert value.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("real", [None, judged([0, 1, 2, 1])])
def test_the_generator_answers_for_its_own_images(real):
    fake = [2, 2, 0, 1]

    value = TERM(PhaseOutputs(None, real, judged(fake), player="generator"))

    assert value.item() == pytest.approx(mean_cross_entropy(fake), rel=1e-6)


def test_images_without_a_label_add_nothing():
    some, fake = [0, -1, 2, -1], [0, 0, 0, 0]

    value = TERM(PhaseOutputs(None, judged(some), judged(fake)))
    none = TERM(PhaseOutputs(None, judged([-1] * 4), judged(fake)))

    assert none.item() == pytest.approx(mean_cross_entropy(fake), rel=1e-6)
    assert value.item() == pytest.approx(mean_cross_entropy(some) + none.item(), rel=1e-6)


def test_the_means_of_two_halves_are_that_of_the_whole():
    labels = torch.tensor([0, -1, 2, 1])

    halves = [cross_entropy_where_known(HEAD[part], labels[part]) for part in ([0, 1], [2, 3])]

    assert sum(halves).item() / 2 == pytest.approx(cross_entropy_where_known(HEAD, labels).item())


def test_attributes_are_classified_each_by_itself():
    has = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    seen = judged([0] * 4)._replace(condition=has)

    value = cross_entropy_of(seen)

    rights = torch.where(has == 1, HEAD, -HEAD).double().sigmoid()
    assert value.item() == pytest.approx(-rights.log().sum().item() / 4, rel=1e-6)


def test_logits_of_half_precision_are_summed_in_full():
    head = HEAD.to(torch.bfloat16)

    value = TERM(PhaseOutputs(None, None, judged([0, 1, 2, 1], head), player="generator"))

    assert value.dtype == torch.float32
    assert math.isfinite(value.item())
