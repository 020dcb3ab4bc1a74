"""Structured latents: the places of their factors, what a head says of them, and bad input."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.latents.factors import Categorical
from gan_lab.latents.structured import Structured, place_of_classes

FACTORS = {
    "noise": {"kind": "uniform", "size": 4},
    "category": {"kind": "categorical", "size": 3, "informative": True},
    "style": {"kind": "gaussian", "size": 2, "informative": True},
}
PRIOR = Structured(factors=FACTORS)


def draw(prior, n=6):
    return prior.sample(n, torch.Generator().manual_seed(0))


def test_the_factors_lie_side_by_side():
    latents = draw(PRIOR)

    assert PRIOR.dim == 9
    assert latents.shape == (6, 9)
    assert PRIOR.place("category") == slice(4, 7)
    assert torch.equal(latents[:, 4:7].sum(dim=1), torch.ones(6))
    assert torch.equal(draw(PRIOR), latents)


def test_a_head_has_a_number_for_each_of_the_informative_factors():
    assert PRIOR.head_size == 5
    assert list(PRIOR.informative) == ["category", "style"]
    assert PRIOR.classes == slice(0, 3)
    assert Structured(factors={"noise": FACTORS["noise"]}).classes is None


def test_each_factor_is_read_from_its_place_in_the_latents_and_in_the_head():
    latents, head = draw(PRIOR), torch.randn(6, 5, generator=torch.Generator().manual_seed(1))

    found = PRIOR.log_likelihoods(latents, head, 1.0)

    alone = Categorical(3, True).log_likelihood(latents[:, 4:7], head[:, :3], 1.0)
    style = torch.distributions.Normal(head[:, 3:], 1.0).log_prob(latents[:, 7:]).sum(dim=1)
    assert list(found) == ["category", "style"]
    assert torch.equal(found["category"], alone)
    assert torch.allclose(found["style"], style, atol=1e-6)


def test_a_code_is_a_probability_of_each_class_and_of_numbers_what_is_said():
    said = torch.tensor([[0.5, -3.0, 2.0, 9.0, 80.0, 80.0, -80.0, 1.5, -7.0]])

    codes = PRIOR.codes(said)

    assert torch.equal(codes[:, :4], said[:, :4])
    assert codes[0, 4:7].tolist() == [0.5, 0.5, 0.0]
    assert torch.equal(codes[:, 7:], said[:, 7:])


def test_the_place_of_the_classes_is_that_of_the_first_category():
    assert place_of_classes(PRIOR, None) == slice(4, 7)
    assert place_of_classes(PRIOR, Labels(("a", "b", "c"), [1, 1, 1])) == slice(4, 7)
    with pytest.raises(ConfigError, match=r"category\.size=3 must be 2"):
        place_of_classes(PRIOR, Labels(("a", "b"), [1, 1]))
    with pytest.raises(ConfigError, match="choose latent=category_and_style"):
        place_of_classes(Structured(factors={"noise": FACTORS["noise"]}), None)


def test_only_classes_have_a_ceiling():
    assert PRIOR.entropies.keys() == {"category", "style"}
    assert PRIOR.ceilings == {"category": pytest.approx(1.0986123)}


def test_a_factor_that_is_none_is_left_out():
    prior = Structured(factors=FACTORS | {"noise": None})

    assert prior.dim == 5
    assert prior.place("category") == slice(0, 3)


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({}, "has no factor"),
        ({"noise": None}, "has no factor"),
        ({"noise": {"kind": "uniform", "size": 0}}, r"noise\.size=0 .* =null|noise=null leaves"),
        ({"noise": {"kind": "uniform", "size": 2.5}}, r"size=2\.5 must be a whole number from 1"),
        ({"c": {"kind": "categorical", "size": 1}}, r"c\.size=1 must be a whole number from 2"),
        ({"c": {"kind": "categoric", "size": 3}}, "Did you mean 'categorical'"),
        ({"c": {"kind": "uniform", "size": 3, "informative": 1}}, "must be true or false"),
        ({"c": {"size": 3}}, "must say its kind and size"),
        ({"c": 3}, "must say its kind and size"),
        ({"c": {"kind": "uniform", "size": 3, "std": 1}}, "must say its kind and size"),
        ({"C 1": {"kind": "uniform", "size": 3}}, "a factor's name is a small letter"),
        ({"c": {"kind": "uniform", "size": 90_000}, "d": {"kind": "uniform", "size": 90_000}},
         "are 180000 together"),
    ],
)  # fmt: skip
def test_what_is_no_factor_is_refused(factors, message):
    with pytest.raises(ConfigError, match=message):
        Structured(factors=factors)


def test_it_cannot_be_truncated():
    with pytest.raises(ConfigError, match=r"truncation=0\.5 is for latent=gaussian"):
        PRIOR.truncated(0.5)
