"""Which factors task=traverse varies."""

import pytest
from omegaconf import OmegaConf

from gan_lab.errors import ConfigError
from gan_lab.latents.priors import Gaussian
from gan_lab.latents.structured import Structured
from gan_lab.tasks.traverse import chosen_factors

FACTORS = {
    "noise": {"kind": "uniform", "size": 2},
    "category": {"kind": "categorical", "size": 3, "informative": True},
}
PRIOR = Structured(factors=FACTORS)


def chosen(factor, prior=PRIOR):
    return list(chosen_factors(OmegaConf.create({"factor": factor, "ckpt": "x"}), prior))


def test_the_informative_ones_or_the_one_that_is_named():
    assert chosen(None) == ["category"]
    assert chosen("noise") == ["noise"]


@pytest.mark.parametrize(
    ("factor", "prior", "message"),
    [
        ("categori", PRIOR, "is no factor of this model. Did you mean 'category'"),
        (None, Structured(factors={"noise": FACTORS["noise"]}), "as in factor=noise"),
        (None, Gaussian(dim=3), "latents of ckpt=x are Gaussian: task=interpolate"),
    ],
)
def test_what_has_none_is_refused(factor, prior, message):
    with pytest.raises(ConfigError, match=message.replace(".", r"\.").replace("?", r"\?")):
        chosen(factor, prior)
