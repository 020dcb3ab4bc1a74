"""Densities on the line: where their numbers are, and that the density is the exact one."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from gan_lab.data.density import Density
from gan_lab.errors import ConfigError

GAUSSIAN = Density(weights=[1.0], means=[0.5], stds=[2.0])
SKEWED = Density(weights=[1, 1, 3], means=[0.0, 0.5, 13 / 12], stds=[1.0, 2 / 3, 5 / 9])
BOTH = pytest.mark.parametrize("dataset", [GAUSSIAN, SKEWED], ids=["gaussian", "skewed"])


@BOTH
def test_the_density_is_the_sum_of_its_gaussians(dataset):
    x = np.linspace(-4, 4, 9)
    shares = np.array(dataset.weights) / sum(dataset.weights)

    expected = stats.norm.pdf(x[:, None], dataset.means, dataset.stds) @ shares
    found = dataset.distribution.log_prob(torch.from_numpy(x)).exp()
    assert found.tolist() == pytest.approx(expected)


@BOTH
def test_100_000_numbers_follow_the_density(dataset):
    images = dataset.load()

    numbers = images.pixels.flatten().numpy()
    assert (images.pixels.shape, images.pixels.dtype) == ((100_000, 1, 1, 1), torch.float32)
    distance = stats.kstest(
        numbers, lambda x: dataset.distribution.cdf(torch.from_numpy(x).double()).numpy()
    ).statistic
    assert distance < 1.95 / 100_000**0.5  # passed by 999 of 1,000 honest draws
    assert images.labels is None


@BOTH
def test_all_but_one_in_10_000_lie_in_the_value_range(dataset):
    low, high = dataset.value_range

    inside, _ = integrate.quad(
        lambda x: dataset.distribution.log_prob(torch.tensor(x)).exp().item(), low, high
    )
    assert 0.9999 < inside < 1


def test_the_numbers_are_the_same_each_time_and_others_in_the_test_split():
    first, again = GAUSSIAN.load(), GAUSSIAN.load()
    test = Density(weights=[1.0], means=[0.5], stds=[2.0], split="test").load()

    assert torch.equal(first.pixels, again.pixels)
    assert len(test) == 100_000
    assert not torch.equal(first.pixels, test.pixels)


def test_loading_leaves_the_random_numbers_of_everyone_else_alone():
    before = torch.get_rng_state()

    SKEWED.load()

    assert torch.equal(torch.get_rng_state(), before)


def test_generated_numbers_are_stored_unrounded():
    assert GAUSSIAN.to_network(torch.tensor([[[[7.5]]]])).item() == 7.5
    stored = GAUSSIAN.to_pixels(torch.tensor([[[[1.0037]]]], dtype=torch.float64))

    assert stored.dtype == torch.float32
    assert stored.item() == pytest.approx(1.0037)
    assert GAUSSIAN.image_shape == stored.shape[1:] == (1, 1, 1)


def test_limit_keeps_some_of_the_numbers():
    some = Density(weights=[1.0], means=[0.5], stds=[2.0], limit=64).load()

    assert some.pixels.shape == (64, 1, 1, 1)
    assert torch.isin(some.pixels, GAUSSIAN.load().pixels).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"means": [0.0, 1.0]}, r"data\.means=\[0\.0, 1\.0\] .* must be lists of one length"),
        ({"split": "valid"}, r"data\.split=valid .*train, test"),
        ({"limit": 0}, r"data\.limit=0 .*at least 1"),
    ],
)
def test_options_that_cannot_work_are_refused_by_name(change, message):
    options = {"weights": [1.0], "means": [0.0], "stds": [1.0]}

    with pytest.raises(ConfigError, match=message):
        Density(**options | change)
