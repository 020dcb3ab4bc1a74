"""Choices that are allowed and remarked on."""

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.assembly.doubts import doubts_about
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf


def doubts(*words):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", ["data=digits", *words])
        return doubts_about(config, build_algorithm(config, build(config.data, "data")))


@pytest.mark.parametrize("term", ["r1", "r2", "gradient_penalty", "dragan"])
def test_a_penalty_of_each_image_is_remarked_on_where_batch_normalisation_mixes_them(term):
    doubt, *_ = doubts(f"terms=[{term}]")

    assert doubt.startswith(f"Note: terms=[{term}] is meant for each image by itself")


def test_a_penalty_of_each_image_is_remarked_on_where_groups_are_compared():
    (doubt,) = doubts(
        "terms=[r1]", "model.discriminator.norm=layer", "model.discriminator.minibatch_std=4"
    )

    assert doubt.endswith("this model= has minibatch_std, which compares those of a group.")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("model=mlp", "terms=[r1,dragan]"),
        ("terms=[feature_matching]",),
        ("model.discriminator.norm=layer", "terms=[r1]"),
    ],
)
def test_what_mixes_nothing_or_is_no_such_penalty_is_not(words):
    assert doubts(*words) == []


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_player_that_learns_nothing_is_remarked_on(player):
    (doubt,) = doubts(f"loss.{player}_weight=0")

    assert doubt.startswith(f"Note: loss.{player}_weight=0 leaves the {player} to its terms, and")


def test_a_player_that_learns_by_its_terms_is_not():
    assert doubts("loss.generator_weight=0", "terms=[feature_matching]") == []


def test_a_wasserstein_loss_whose_discriminator_nothing_limits_is_remarked_on():
    (doubt,) = doubts("model=mlp", "loss=wasserstein", "terms=[drift]")

    assert doubt == (
        "Note: the loss Wasserstein asks for a discriminator of limited slope, and nothing limits "
        "it: its answers may grow without end. terms=[gradient_penalty] limits it."
    )


@pytest.mark.parametrize(
    "word", ["terms=[gradient_penalty]", "terms=[dragan]", "optimizer.max_column_norm=2"]
)
def test_a_penalty_or_a_bound_limits_it(word):
    assert doubts("model=mlp", "loss=wasserstein", word) == []


def test_so_does_spectral_normalisation():
    assert doubts("model=resnet", "loss=wasserstein") == []


def test_a_slope_of_1_is_remarked_on_where_the_loss_has_no_use_for_it():
    (doubt,) = doubts("model=mlp", "loss=hinge", "terms=[gradient_penalty]")

    assert doubt == (
        "Note: terms=[gradient_penalty] asks for a slope of 1, which has its reason in "
        "loss=wasserstein. With the loss Hinge, terms.gradient_penalty.target=0 or terms=[r1] is "
        "usual."
    )
    words = ("model=mlp", "loss=hinge", "terms=[gradient_penalty]")
    assert doubts(*words, "terms.gradient_penalty.target=0") == []


@pytest.mark.parametrize("loss", ["minimax", "non_saturating", "lsgan", "hinge"])
def test_drift_is_remarked_on_where_the_loss_fixes_the_level(loss):
    (doubt,) = doubts("model=mlp", f"loss={loss}", "terms=[drift]")

    assert doubt.startswith("Note: terms=[drift] is for losses that leave the level")


def test_drift_is_not_remarked_on_where_the_level_is_free():
    assert doubts("model=mlp", "loss=relativistic", "terms=[drift]") == []
