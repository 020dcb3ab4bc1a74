"""The exceptions that users see, and the word they may have meant."""

import pytest

from gan_lab.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    GanLabError,
    MemoryLackError,
    TrainingError,
    did_you_mean,
    memory_in_words,
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


class OutOfMemoryError(RuntimeError):
    """Named like torch's, which only a GPU raises."""


@pytest.mark.parametrize(
    ("error", "amount"),
    [
        (MemoryError(), "memory. "),
        (OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."), ", for 20.00 GiB "),
        (
            RuntimeError(
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"
            ),
            ", for 8 bytes ",
        ),
    ],
)
def test_a_lack_of_memory_says_how_much_and_what_to_do(error, amount):
    message = f"{amount}.*smaller batch_size="
    with pytest.raises(MemoryLackError, match=message) as found, memory_in_words():
        raise error

    assert found.value.__cause__ is error


def test_other_errors_of_the_same_kind_stay_bugs():
    with pytest.raises(RuntimeError, match="shapes"), memory_in_words():
        raise RuntimeError("shapes do not match")
