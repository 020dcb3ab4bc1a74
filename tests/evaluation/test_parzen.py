"""Parzen windows: closed forms, another program's densities, and the choice of sigma."""

import math
import warnings

import numpy as np
import pytest
import torch
from sklearn.neighbors import KernelDensity

from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.evaluation import parzen
from gan_lab.evaluation.parzen import ParzenWindow, log_likelihood
from tests.evaluation.draws import samples

GRID = np.logspace(-1, 0, 10)


def gray(n, seed=0, low=0, high=256, side=3):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(low, high, (n, 1, side, side), dtype=torch.uint8, generator=generator)


def normal(n, seed, mean=0.5, std=0.1):
    """Images of one pixel, whose values from 0 to 1 are normally distributed."""
    generator = torch.Generator().manual_seed(seed)
    values = mean + std * torch.randn(n, 1, 1, 1, generator=generator)
    return (values * 255).round().clamp(0, 255).to(torch.uint8)


def metric_for(valid, test, **options):
    metric = ParzenWindow("c", **options)
    metric.attach_split("valid", Images(valid))
    metric.attach_split("test", Images(test))
    return metric


def score(metric, generated):
    metric.update(samples(torch.zeros(len(generated), 1), pixels=generated))
    return metric.compute()


def by_another_program(pixels, generated, sigma):
    """Return log p(x) of each image as scikit-learn has it, without approximations."""
    x, s = (each.flatten(1).double().numpy() / 255 for each in (pixels, generated))
    return KernelDensity(bandwidth=sigma, kernel="gaussian").fit(s).score_samples(x)


@pytest.mark.parametrize("sigma", [0.1, 0.35, 1.0])
def test_one_sample_at_the_image_itself_leaves_the_height_of_the_window(sigma):
    image = gray(1, side=28)

    found = score(metric_for(image, image, sigma_range=(sigma, sigma)), image)

    height = -784 * math.log(sigma * math.sqrt(2 * math.pi))
    assert found["parzen_log_likelihood"] == pytest.approx(height, rel=1e-12)
    assert found["parzen_standard_error"] == 0


def test_one_sample_at_a_distance_leaves_the_window_there():
    black, gray_33 = (torch.full((1, 1, 2, 2), level, dtype=torch.uint8) for level in (0, 51))

    found = log_likelihood(black, gray_33, [0.3]).item()

    # Each of four pixels is a fifth of the range away.
    expected = -4 * 0.2**2 / (2 * 0.3**2) - 4 * math.log(0.3 * math.sqrt(2 * math.pi))
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_densities_are_those_of_another_program():
    x, generated = gray(50), gray(70, seed=1)

    found = log_likelihood(x, generated, GRID)

    for sigma, row in zip(GRID, found, strict=True):
        assert row.numpy() == pytest.approx(by_another_program(x, generated, sigma), rel=1e-12)


def test_samples_of_a_gaussian_converge_to_that_gaussian_smoothed():
    x, spread = normal(2000, seed=0), 0.1**2 + 0.15**2  # of the data and of the window
    offset = x.flatten().double() / 255 - 0.5
    expected = -(offset**2) / (2 * spread) - 0.5 * math.log(2 * math.pi * spread)

    errors = [
        (log_likelihood(x, normal(m, seed=1), [0.15])[0] - expected).abs().mean().item()
        for m in (50, 5000)
    ]

    assert errors[1] < 0.01
    assert errors[1] < errors[0] / 4
    # The mean over the data, too, has a closed form; 0.012 is four of its standard errors.
    mean = -(0.1**2) / (2 * spread) - 0.5 * math.log(2 * math.pi * spread)
    found = score(metric_for(x, x, sigma_range=(0.15, 0.15)), normal(5000, seed=1))
    assert found["parzen_standard_error"] < 0.006
    assert found["parzen_log_likelihood"] == pytest.approx(mean, abs=0.02)


def test_sigma_is_the_likeliest_of_ten_for_the_first_thousand_validation_images():
    # Behind the thousand, black images far from all samples, which would call for a larger sigma.
    valid = torch.cat([gray(1000, low=60, high=190), gray(1000, low=0, high=1)])
    test, generated = gray(30, seed=1), gray(50, seed=2, low=60, high=190)
    brute = [by_another_program(valid[:1000], generated, sigma).mean() for sigma in GRID]
    all_of_them = [by_another_program(valid, generated, sigma).mean() for sigma in GRID]

    found = score(metric_for(valid, test), generated)

    best = int(np.argmax(brute))
    assert 0 < best < int(np.argmax(all_of_them)) < 9
    assert found["parzen_sigma"] == pytest.approx(GRID[best], rel=1e-12)
    assert found["parzen_validation"] == pytest.approx(brute[best], rel=1e-12)
    each = by_another_program(test, generated, GRID[best])
    assert found["parzen_log_likelihood"] == pytest.approx(each.mean(), rel=1e-12)
    assert found["parzen_standard_error"] == pytest.approx(each.std() / 30**0.5, rel=1e-10)


@pytest.mark.parametrize("block", [1, 7])
def test_the_size_of_the_blocks_changes_the_memory_and_nothing_else(monkeypatch, block):
    x, generated = gray(40), gray(64, seed=1)
    at_once = log_likelihood(x, generated, [0.1, 0.5])
    sizes = []
    distances_between = parzen.squared_distances

    def noted(x, y):
        sizes.append(len(x) * len(y))
        return distances_between(x, y)

    monkeypatch.setattr(parzen, "squared_distances", noted)
    monkeypatch.setattr(parzen, "BLOCK", block)

    found = log_likelihood(x, generated, [0.1, 0.5])

    assert torch.allclose(found, at_once, rtol=1e-13, atol=1e-12)
    assert max(sizes) == block**2


def test_distances_are_whole_numbers_without_rounding():
    black, white = (torch.full((1, 3, 64, 64), level, dtype=torch.uint8) for level in (0, 255))
    nearly = white.clone()
    nearly[0, 0, 0, 0] = 254

    assert parzen.squared_distances(black, white).item() == 3 * 64 * 64 * 255**2
    assert parzen.squared_distances(white, nearly).item() == 1


def test_an_image_far_from_all_samples_has_a_finite_likelihood():
    black, white = gray(1, low=0, high=1, side=28), gray(3, low=255, side=28)

    found = log_likelihood(black, white, [0.1]).item()

    expected = -784 / (2 * 0.1**2) - 784 * math.log(0.1 * math.sqrt(2 * math.pi))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("valid", "message"),
    [
        (normal(100, 0, std=0.02), r"parzen_sigma=0\.1 is the smallest .* widen .*sigma_range"),
        (gray(9, low=0, high=1), r"parzen_sigma=1 is the largest"),
    ],
)
def test_a_sigma_at_the_end_of_the_grid_is_said_once(valid, message):
    generated = normal(50, 1, std=0.02) if len(valid) == 100 else gray(2, low=255)
    metric = metric_for(valid, valid)

    with pytest.warns(UserWarning, match=message):
        score(metric, generated)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        score(metric, generated)


def test_a_sigma_that_was_fixed_is_no_end_of_a_grid():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = score(metric_for(gray(9), gray(9), sigma_range=(0.2, 0.2)), gray(9, seed=1))

    assert found["parzen_sigma"] == pytest.approx(0.2, rel=1e-12)


def test_a_grid_from_the_larger_width_is_refused():
    with pytest.raises(ConfigError, match=r"parzen\.sigma_range=\[1\.0, 0\.1\] must have"):
        ParzenWindow("c", sigma_range=(1.0, 0.1))
