"""The terms that a configuration chooses."""

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError


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
