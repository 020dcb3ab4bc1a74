"""Noise of the asked deviation on data of any form."""

import torch

from gan_lab.augmentation.noise import InstanceNoise
from tests.augmentation.conftest import augmented


def test_noise_has_the_deviation_that_is_asked_for_and_fills_every_form():
    points = torch.ones(5000, 2, 1, 1)

    noisy = augmented(InstanceNoise(image_shape=(2, 1, 1), std=0.5), points, 0.5)

    assert abs(float((noisy - points).std()) - 0.5) < 0.01
    assert abs(float((noisy - points).mean())) < 0.02


def test_none_is_left_where_its_deviation_is_zero():
    images, noise = torch.rand(3, 1, 4, 4), InstanceNoise(image_shape=(1, 4, 4), std=0.5)

    assert torch.equal(augmented(noise, images, 0.0), images)
