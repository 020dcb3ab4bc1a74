"""The distributions of images: against torch's own, their means, and numbers of any size."""

import math

import pytest
import torch
from torch import distributions

from gan_lab.losses.categorical import LEVELS, Categorical
from gan_lab.losses.likelihoods import Bernoulli, Gaussian, Laplace

RANGE = (-1.0, 1.0)
SAID = torch.randn(3, 2, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
PIXELS = torch.rand(3, 2, 4, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
BITS = (PIXELS > 0.5).double()
CASES = {
    "bernoulli": (Bernoulli(value_range=RANGE), BITS, distributions.Bernoulli(logits=SAID)),
    "gaussian": (Gaussian(value_range=RANGE, std=0.3), PIXELS, distributions.Normal(SAID, 0.3)),
    "laplace": (Laplace(value_range=RANGE, scale=0.3), PIXELS, distributions.Laplace(SAID, 0.3)),
}
every_case = pytest.mark.parametrize("case", CASES)


def in_range(pixels):
    return 2 * pixels - 1


@every_case
def test_it_is_the_sum_over_pixels_of_torchs_own(case):
    likelihood, pixels, expected = CASES[case]

    found = likelihood.log_prob(SAID, in_range(pixels))

    torch.testing.assert_close(found, expected.log_prob(pixels).sum(dim=(1, 2, 3)))


@every_case
def test_images_are_the_means_in_the_value_range(case):
    likelihood, _, expected = CASES[case]

    torch.testing.assert_close(likelihood.images(SAID), in_range(expected.mean))


@every_case
def test_the_value_range_changes_no_number(case):
    likelihood, pixels, _ = CASES[case]
    other = type(likelihood)(**vars(likelihood) | {"value_range": (0.0, 255.0)})

    found = other.log_prob(SAID, 255 * pixels)

    torch.testing.assert_close(found, likelihood.log_prob(SAID, in_range(pixels)))


def test_a_bernoulli_that_is_sure_is_exact_in_half_precision():
    said = torch.tensor([[[[80.0, -80.0]]]], dtype=torch.bfloat16)
    likelihood = Bernoulli(value_range=(0.0, 1.0))

    right = likelihood.log_prob(said, torch.tensor([[[[1.0, 0.0]]]]))
    wrong = likelihood.log_prob(said, torch.tensor([[[[0.0, 1.0]]]]))

    assert right.item() == pytest.approx(0, abs=1e-30)
    assert wrong.item() == -160


def test_bernoulli_sums_to_one_over_all_images():
    said = torch.randn(1, 1, 2, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    every = torch.tensor([[n >> k & 1 for k in range(4)] for n in range(16)]).double()
    likelihood = Bernoulli(value_range=(0.0, 1.0))

    found = likelihood.log_prob(said.expand(16, 1, 2, 2), every.view(16, 1, 2, 2))

    assert found.exp().sum().item() == pytest.approx(1)


def test_a_gaussian_integrates_to_one():
    grid = torch.linspace(-3, 4, 2001, dtype=torch.float64).view(-1, 1, 1, 1)
    likelihood = Gaussian(value_range=(0.0, 1.0), std=0.2)

    found = likelihood.log_prob(torch.full_like(grid, 0.4), grid).exp()

    assert torch.trapezoid(found, grid.flatten()).item() == pytest.approx(1)
    assert math.isclose(found.max().item(), 1 / (0.2 * math.sqrt(math.tau)), rel_tol=1e-4)


@pytest.mark.parametrize("case", ["gaussian", "laplace"])
def test_numbers_are_drawn_at_their_quantiles(case):
    likelihood, chances, expected = CASES[case]

    torch.testing.assert_close(likelihood.pixels(SAID, chances), expected.icdf(chances))


def test_white_is_drawn_as_often_as_it_is_likely():
    likelihood = CASES["bernoulli"][0]
    said = torch.full((1000,), 0.7, dtype=torch.float64)

    drawn = likelihood.draw(said, torch.linspace(0, 1, 1000, dtype=torch.float64))

    assert set(drawn.tolist()) == {-1, 1}
    assert (drawn == 1).double().mean().item() == pytest.approx(0.668, abs=0.002)


def scores(*shape):
    random = torch.Generator().manual_seed(3)
    return 3 * torch.randn(*shape, LEVELS, generator=random, dtype=torch.float64)


def test_levels_are_torchs_own_and_the_value_range_changes_no_number():
    said, levels = scores(3, 2, 4, 5), torch.arange(120).view(3, 2, 4, 5) * 2
    expected = distributions.Categorical(logits=said).log_prob(levels).sum(dim=(1, 2, 3))

    for low, high in ((0.0, 255.0), (-1.0, 1.0), (0.0, 1.0)):
        images = (low + (high - low) * levels / 255).float()
        found = Categorical(value_range=(low, high)).log_prob(said, images)
        torch.testing.assert_close(found, expected)


def test_levels_sum_to_one_and_have_their_mean():
    said, levels = scores(), torch.arange(LEVELS)
    likelihood = Categorical(value_range=(0.0, 1.0))

    chances = likelihood.log_prob(said.expand(LEVELS, 1, 1, 1, -1), levels.view(-1, 1, 1, 1) / 255)

    assert chances.exp().sum().item() == pytest.approx(1)
    expected = (said.softmax(0) * levels / 255).sum()
    torch.testing.assert_close(likelihood.images(said), expected)


def test_levels_are_drawn_as_often_as_they_are_likely():
    said, n = scores(), 10_000
    chances = (torch.arange(n, dtype=torch.float64) + 0.5) / n

    drawn = Categorical(value_range=(-1.0, 1.0)).draw(said.expand(n, -1), chances)

    counts = ((drawn + 1) * 127.5).round().long().bincount(minlength=LEVELS)
    torch.testing.assert_close(counts / n, said.softmax(0), rtol=0, atol=1.5 / n, check_dtype=False)


def test_a_level_that_is_sure_is_exact_in_half_precision_and_drawn_by_any_chance():
    said = torch.full((1, 1, 1, 2, LEVELS), -80.0, dtype=torch.bfloat16)
    said[..., 0, 255] = said[..., 1, 0] = 80.0
    likelihood = Categorical(value_range=(0.0, 1.0))
    images = torch.tensor([[[[1.0, 0.0]]]])

    assert likelihood.log_prob(said, images).item() == pytest.approx(0, abs=1e-30)
    assert likelihood.log_prob(said, 1 - images).item() == -320
    for chance in (0.0, 0.5, 1 - 2**-24):
        assert torch.equal(likelihood.draw(said, torch.full((1, 1, 1, 2), chance)), images)
