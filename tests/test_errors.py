"""The exceptions that users see, and the word they may have meant."""

import pytest

from gan_lab.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    GanLabError,
    TrainingError,
    did_you_mean,
)


@pytest.mark.parametrize("kind", [ConfigError, DataError, CheckpointError, TrainingError])
def test_every_mistake_of_a_user_is_caught_as_gan_lab_error(kind):
    with pytest.raises(GanLabError, match="what to do"):
        raise kind("what to do")


def test_a_users_mistake_is_told_apart_from_a_bug():
    assert not issubclass(GanLabError, (ValueError, TypeError, RuntimeError, OSError))


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("lsgna", "lsgan"), ("batchsize", "batch_size"), ("optimizer.lrr", "optimizer.lr")],
)
def test_a_misspelt_word_gets_the_nearest_known_one(wrong, meant):
    known = ["minimax", "lsgan", "batch_size", "optimizer.lr", "optimizer.clip_norm"]

    assert did_you_mean(wrong, known) == f" Did you mean '{meant}'?"


def test_a_word_like_no_other_gets_all_known_ones_in_order():
    assert (
        did_you_mean("xyz", ["lsgan", "minimax", "hinge"]) == " Known here: hinge, lsgan, minimax."
    )


def test_without_known_words_there_is_no_hint():
    assert did_you_mean("xyz", []) == ""


def test_known_words_may_come_from_an_iterator():
    assert did_you_mean("xyz", iter(["b", "a"])) == " Known here: a, b."
