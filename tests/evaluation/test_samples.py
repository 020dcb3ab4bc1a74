"""Samples know how many they are."""

import torch

from gan_lab.evaluation.samples import Features
from tests.evaluation.draws import samples


def test_the_length_is_the_number_of_images():
    assert len(samples(torch.zeros(7, 3))) == 7


def test_a_network_without_a_classifier_has_no_logits():
    assert Features(torch.zeros(2, 3)).logits is None
