"""The negative log-likelihood of test images: its mean, its bits, and what it says it is."""

import math

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.nll import NegativeLogLikelihood

PIXELS = torch.arange(1200, dtype=torch.float64).view(-1, 1, 1, 1).expand(-1, 1, 2, 4)


def metric(**options):
    found = NegativeLogLikelihood(**options)
    found.attach(HeldOut("test", Images(PIXELS), lambda pixels: pixels))
    return found


def test_it_is_the_mean_over_all_images_in_nats_and_in_bits_of_each_number():
    found = metric()(lambda images, *_: -images[:, 0, 0, 0] / 100)

    assert found["nll"] == pytest.approx(1199 / 200)
    assert found["bits_per_dimension"] == pytest.approx(1199 / 200 / 8 / math.log(2))
    spread = math.sqrt((1200**2 - 1) / 12) / 100
    assert found["nll_standard_error"] == pytest.approx(spread / math.sqrt(1200))


def test_a_bound_is_asked_for_with_its_samples_and_numbers_of_its_own_for_each_batch():
    asked = []

    def log_prob(images, samples, *address):
        asked.append((samples, address))
        return torch.zeros(len(images))

    metric(samples=50)(log_prob)

    assert [samples for samples, _ in asked] == [50] * 3
    assert len({address for _, address in asked}) == 3


def test_it_says_what_it_is():
    found = metric(samples=50)

    assert found.units["nll"] == "nats"
    found.density = "bound"
    assert found.units["nll"] == "nats, bound of 50 samples"
