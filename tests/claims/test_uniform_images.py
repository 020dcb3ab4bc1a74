"""Uniform noise against images whose neighbours resemble each other."""

import numpy as np
import pytest

from gan_lab.claims import uniform_images
from gan_lab.claims.uniform_images import check, neighbour_correlation


def noise(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 28, 28), dtype=np.uint8)


def smooth(n):
    """Noise blurred over five neighbours, which thereby share four fifths."""
    blurred = sum(np.roll(noise(n).astype(float), shift, axis=2) for shift in range(5)) / 5
    return blurred.astype(np.uint8)


def test_the_correlation_is_numpys():
    images = smooth(3)

    expected = [
        np.corrcoef(image[:, :-1].flatten(), image[:, 1:].flatten())[0, 1] for image in images
    ]
    assert neighbour_correlation(images) == pytest.approx(expected, abs=1e-5)


def test_the_claim_holds_for_smooth_images():
    outcome = check([noise(500), noise(500, seed=1)], [smooth(100)])

    assert outcome.holds
    assert outcome.numbers["drawn images"] == 1000
    assert abs(outcome.numbers["mean correlation of neighbours in them"]) < 0.01
    assert outcome.numbers["their standard deviation"] == pytest.approx(756**-0.5, rel=0.1)


def test_it_fails_if_one_drawn_image_is_smooth():
    assert not check([noise(500), smooth(1)], [smooth(100)]).holds


def test_it_fails_if_one_real_image_is_noise():
    assert not check([noise(500)], [smooth(100), noise(1, seed=2)]).holds


def test_as_many_images_are_drawn_as_the_claim_says(monkeypatch):
    monkeypatch.setattr(uniform_images, "IMAGES", 10_000)

    blocks = list(uniform_images.drawn_uniformly())

    levels = np.bincount(np.concatenate(blocks).flatten(), minlength=256)
    assert sum(map(len, blocks)) == 10_000
    assert levels.max() / levels.min() < 1.1
    assert not np.array_equal(blocks[0], blocks[1])
