"""Combinations that cannot work are refused by the words that are typed."""

import pytest

from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.refusals import refuse_to_compile
from gan_lab.config.build import build
from gan_lab.config.composition import composition
from gan_lab.errors import ConfigError


def built(*words):
    config = composition(["data=digits", *words]).config
    return build_algorithm(config, build(config.data, "data"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["algorithm=puzzle", "model=mlp"], "model=mlp reads no patches, which algorithm=puzzle"),
        (["model=puzzle"], "model=puzzle makes images of patches, and algorithm=gan shows it none"),
        (["algorithm=vae", "model=dcgan"], "choose model=autoencoder_conv or model=autoencoder_ml"),
        (["model=nade"], "model=nade has no generator, which algorithm=gan needs: leave model="),
        (
            ["algorithm=puzzle", "model=progressive"],
            r"^algorithm\.growth=.* algorithm=puzzle reads",
        ),
        (["algorithm=puzzle", "algorithm.patch_size=32"], "patch_size=32x32 is the whole image"),
        (
            ["algorithm=vae", "terms=[r1]"],
            r"^terms=\[r1\] is for other algorithms, .*=vae reads no",
        ),
        (["likelihood=gaussian"], "^likelihood=gaussian is for other algorithms"),
        (["performance.compile=true", "terms=[r1]"], r"^performance\.compile=true .*terms=\[r1\]"),
        (["performance.compile=true", "algorithm.unroll=2"], r"and algorithm\.unroll=2 needs that"),
    ],
)
def test_what_does_not_fit_is_refused(words, message):
    with pytest.raises(ConfigError, match=message):
        built(*words)


def test_networks_whose_gradients_are_not_differentiated_may_be_compiled():
    words = ["performance.compile=true", "terms=[feature_matching]"]

    refuse_to_compile(composition(words).config, built("terms=[feature_matching]"))
