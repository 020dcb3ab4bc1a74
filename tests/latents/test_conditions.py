"""Conditions of generated images come at the shares that the data have."""

import pytest
import torch

from gan_lab import seeding
from gan_lab.latents.conditions import Labels

NAMES = ("cat", "dog", "owl", "yak")


def test_labels_are_drawn_at_their_shares_and_unlabelled_images_do_not_count():
    labels = Labels.of(torch.tensor([-1] * 50 + [0] * 2 + [1] * 6 + [3] * 2), NAMES)

    drawn = labels.sample(20_000, seeding.generator("cpu", 0))

    shares = drawn.bincount(minlength=4) / len(drawn)
    assert labels.counts == [2, 6, 0, 2]
    assert drawn.dtype == torch.int64
    assert shares[2] == 0
    torch.testing.assert_close(shares, torch.tensor([0.2, 0.6, 0.0, 0.2]), atol=0.015, rtol=0)


def test_the_same_generator_gives_the_same_labels():
    labels = Labels(NAMES, [1, 1, 1, 1])

    first, again = (labels.sample(50, seeding.generator("cpu", 3)) for _ in range(2))

    assert torch.equal(first, again)


def test_some_classes_alone_can_be_asked_for_at_their_shares():
    only = Labels(NAMES, [2, 6, 0, 2]).only([0, 1])

    drawn = only.sample(4000, seeding.generator("cpu", 0))

    assert only.class_names == NAMES
    assert only.asked == [0, 1]
    assert set(drawn.tolist()) == {0, 1}
    assert (drawn == 1).double().mean().item() == pytest.approx(0.75, abs=0.03)


def test_a_class_without_an_image_can_be_asked_for_too():
    only = Labels(NAMES, [2, 6, 0, 2]).only([2])

    assert set(only.sample(100, seeding.generator("cpu", 0)).tolist()) == {2}
