"""Which of several remedies a wrong key, option or value gets, and how it is worded."""

import pytest

from gan_lab.config.suggestions import (
    FEW,
    instead_of_key,
    no_such_key,
    no_such_option,
    same_value,
)
from gan_lab.errors import ConfigError

NOTHING = "--help lists the keys, and --cfg job prints them all."


def test_another_spelling_of_a_known_key_goes_before_what_the_word_means_elsewhere():
    known = ["lr", "learning_rate"]

    found = instead_of_key("optimizer.Learning-Rate", "=3", known)

    assert found == "Did you mean 'optimizer.learning_rate=3'?"
    assert instead_of_key("optimizer.Learning-Rate", "=3", known[:1]) == "Type optimizer.lr=3."


@pytest.mark.parametrize(
    ("name", "behind", "sentence"),
    [
        ("model.seed", "=3", "Type seed=3."),
        ("model.loss", ".a=3", "Type loss.a=3."),
        ("seed", "=3", NOTHING),
    ],
)
def test_a_key_of_the_root_below_another_is_typed_without_it(name, behind, sentence):
    assert instead_of_key(name, behind) == sentence


def test_a_word_from_elsewhere_below_a_group_has_the_remedy_of_the_word_alone():
    assert instead_of_key("optimizer.z_dim", "=3") == "Type latent.dim=3."
    assert instead_of_key("optimizer.gpus", "=3") == instead_of_key("gpus", "=3")


@pytest.mark.parametrize("group", ["logger.wandb", "latent", "callbacks", "evaluation.metrics.fid"])
def test_in_groups_with_keys_of_their_own_a_word_from_elsewhere_means_nothing(group):
    assert instead_of_key(f"{group}.gpus", "=3") == NOTHING
    assert instead_of_key(f"{group}.gpus", "=3", ["mode"]) == f"Known here: {group}.mode."


def test_what_was_typed_stands_behind_the_name_that_is_meant():
    assert instead_of_key("n_critic", "=5") == "Type algorithm.discriminator_steps=5."
    assert instead_of_key("optimzer", ".lr=3", ["optimizer"]) == "Did you mean 'optimizer.lr=3'?"


def test_nobody_is_told_to_type_what_was_typed():
    assert instead_of_key("latent.dim", "=3") == NOTHING
    assert instead_of_key("optimizer.lr", "=3", ["zzz"]) == "Known here: optimizer.zzz."


def test_of_known_names_few_are_listed_and_of_many_none():
    names = [f"k{n:02}" for n in range(FEW + 1)]

    few = instead_of_key("a.zzzz", "=3", reversed(names[:FEW]))

    assert few == f"Known here: {', '.join(f'a.{name}' for name in names[:FEW])}."
    assert instead_of_key("a.zzzz", "=3", names) == NOTHING


def test_the_class_of_a_node_is_no_key_that_one_is_told_of():
    assert instead_of_key("a.target", "=3", ["_target_"]) == NOTHING
    assert instead_of_key("a.zzzz", "=3", ["_target_", "b"]) == "Known here: a.b."


def test_names_may_be_numbers():
    assert instead_of_key("a.zzzz", "=3", [0, 1]) == "Known here: a.0, a.1."


def test_a_key_below_what_is_no_group_is_named_whole():
    error = no_such_key("optimzer", "3", ["optimizer"], below=".lr")

    assert isinstance(error, ConfigError)
    assert str(error) == (
        "optimzer.lr=3: there is no key optimzer.lr. Did you mean 'optimizer.lr=3'?"
    )


def test_an_option_of_a_group_that_is_not_there_leads_nowhere():
    assert str(no_such_option("nogroup", "x")) == "nogroup=x is not known."


def test_an_option_unlike_any_other_is_answered_with_the_list():
    found = str(no_such_option("loss", "zzzz"))

    assert found == (
        "loss=zzzz is not known. Known here: hinge, lsgan, minimax, non_saturating, relativistic, "
        "wasserstein."
    )


@pytest.mark.parametrize(
    ("key", "value", "same"),
    [
        ("trainer.precision", "FP16", "16-mixed"),
        ("trainer.precision", " 32-bit ", "32-true"),
        ("trainer.precision", "64", None),
        ("trainer.precision", "32-true", None),
        ("precision", "fp16", None),
        ("resume", "latest", "auto"),
    ],
)
def test_a_value_is_translated_only_for_its_own_key(key, value, same):
    assert same_value(key, value) == same
