"""The terms that a configuration chooses."""

import math

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.terms import terms_about_codes
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.networks.head import WithHead


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def built(*words):
    config = compose("config", ["data=digits", *words])
    return config, build_algorithm(config, build(config.data, "data"))


def test_chosen_terms_are_built_with_their_keys():
    _, module = built("terms=[r1,gradient_penalty]", "terms.r1.weight=3")

    assert list(module.terms.terms) == ["r1", "gradient_penalty"]
    assert module.terms.terms["r1"].weight == 3


def test_what_is_said_of_a_term_that_is_not_chosen_counts_for_nothing():
    _, module = built("+terms.r1.weight=3")

    assert not module.terms.terms


def test_a_term_without_its_phase_is_refused(monkeypatch):
    monkeypatch.setattr("gan_lab.losses.r1.R1.phases", ("critic",))

    with pytest.raises(ConfigError, match=r"terms=\[r1\] is for the phase of a critic"):
        built("terms=[r1]")


@pytest.mark.parametrize(
    "words",
    [
        ("model.condition=classifier", "terms=[classification,matching]"),
        ("algorithm=stargan", "terms=[matching]"),
    ],
)
def test_a_term_about_what_d_is_told_is_refused_where_d_is_told_nothing(words):
    config = compose("config", ["data=digits", "data.condition=labels", "data.size=16", *words])
    dataset = build(config.data, "data")

    with pytest.raises(ConfigError, match=r"terms=\[matching\] is for a discriminator that"):
        build_algorithm(config, dataset, Labels(("a", "b"), [1, 1]))


INFOGAN = ("latent=structured", "terms=[mutual_information]")


def test_a_term_about_codes_puts_a_head_around_d_and_knows_the_latents():
    config, module = built(*INFOGAN, "latent.factors.category.size=4")

    images = torch.zeros(2, *module.terms.image_shape)
    answers = module.discriminator.eval()(images, with_features=True)
    assert answers.head.shape == (2, 6)
    assert module.discriminator.classes == slice(0, 4)
    assert module.terms.terms["mutual_information"].code == module.prior
    assert module.reference["mutual_information/category"] == pytest.approx(math.log(4))
    assert terms_about_codes(config) == ["mutual_information"]


def test_structured_latents_without_the_term_are_latents_like_others():
    config, module = built("latent=structured")

    assert not isinstance(module.discriminator, WithHead)
    assert module.generate(module.latents(3, 0)).shape == (3, 1, 32, 32)
    assert terms_about_codes(config) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["latent=gaussian"], r"made of factors: add latent=structured, or leave the term out"),
        (
            ["latent.factors.category=null", "latent.factors.continuous=null"],
            r"needs a factor that images are to tell: .*latent\.factors\.noise\.informative=true",
        ),
        (["data.condition=labels"], "finds classes without labels, and data.condition=labels"),
        (["model.pack=2"], r"model\.pack=2 images are judged together"),
        (["latent.factors.noise.size=0"], r"latent\.factors\.noise\.size=0 must be"),
    ],
)
def test_a_term_about_codes_refuses_what_has_none(words, message):
    with pytest.raises(ConfigError, match=message):
        built(*INFOGAN, *words)
