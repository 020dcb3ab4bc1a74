"""What structured latents are made of: moments, entropies and likelihoods in closed form."""

import math

import pytest
import torch

from gan_lab.latents.factors import KINDS, Categorical, GaussianNumbers, UniformNumbers

N = 20_000


def draw(factor, n=N):
    return factor.sample(n, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_float32_and_repeat(kind):
    factor = KINDS[kind](3, False)

    assert draw(factor, 7).shape == (7, 3)
    assert draw(factor, 7).dtype == torch.float32
    assert torch.equal(draw(factor, 7), draw(factor, 7))


def test_a_category_is_one_in_one_place_and_each_place_is_as_likely():
    rows = draw(Categorical(4, True))

    assert set(rows.unique().tolist()) == {0.0, 1.0}
    assert (rows.sum(dim=1) == 1).all()
    assert torch.allclose(rows.mean(dim=0), torch.full((4,), 0.25), atol=0.015)


def test_uniform_numbers_fill_their_cube():
    numbers = draw(UniformNumbers(2, True))

    assert numbers.min() < -0.99
    assert numbers.max() > 0.99
    assert numbers.var().item() == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("factor", "entropy"),
    [
        (Categorical(10, True), 2.302585),
        (UniformNumbers(2, True), 2 * math.log(2)),
        (GaussianNumbers(1, True), 1.418939),
    ],
)
def test_entropies(factor, entropy):
    assert factor.entropy == pytest.approx(entropy, abs=1e-6)


def test_the_likelihood_of_a_category_is_the_softmax_of_the_head():
    head = torch.tensor([[1.0, 2.0, 0.5], [80.0, -80.0, 0.0]])
    values = torch.eye(3)[[1, 0]]

    found = Categorical(3, True).log_likelihood(values, head, 1.0)

    total = sum(math.exp(logit) for logit in (1.0, 2.0, 0.5))
    assert found[0].exp().item() == pytest.approx(math.exp(2) / total)
    assert found[1].item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("std", [1.0, 0.5])
def test_the_likelihood_of_numbers_is_a_gaussian_around_the_head(std):
    values, head = torch.randn(2, 5, 2, generator=torch.Generator().manual_seed(0))

    found = UniformNumbers(2, True).log_likelihood(values, head, std)

    expected = torch.distributions.Normal(head, std).log_prob(values).sum(dim=1)
    assert torch.allclose(found, expected, atol=1e-6)
