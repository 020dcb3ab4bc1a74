"""Words about options that are not there now."""

import pytest
from hydra.errors import HydraException

from gan_lab.config.missing_options import refuse_missing, split_by_what_is_there, without
from gan_lab.errors import CheckpointError

pytestmark = pytest.mark.usefixtures("hydra_is_ready")


def test_words_about_what_is_not_there_are_set_apart_and_the_others_composed():
    words = [
        "seed=3", "loss=mine", "loss.margin=2", "optimizer/schedule=mine", "optimizer.lr=0.5",
        "experiment=mine", "terms=[r1,mine]", "+mine.key=1", "evaluation/metrics=[mine]",
    ]  # fmt: skip

    found, values = split_by_what_is_there(words)

    assert found.there == ["seed=3", "optimizer.lr=0.5", "+mine.key=1"]
    assert sorted(found.missing) == sorted({*words} - {*found.there})
    assert (values["seed"], values["optimizer.lr"]) == (3, 0.5)


def test_words_that_are_wrong_otherwise_are_not_missing():
    with pytest.raises(HydraException):
        split_by_what_is_there(["loss=mine", "seed=[1"])


def test_what_is_typed_again_is_not_missing():
    found, _ = split_by_what_is_there(["loss=mine", "loss.margin=2", "logger=mine"])

    again, missing = found.split(["loss=lsgan", "seed=1"])

    assert sorted(again) == ["loss.margin=2", "loss=mine"]
    assert missing == ["logger=mine"]


def test_values_below_a_missing_key_are_left_out():
    values = {"loss.margin": 1, "loss_of": 2, "optimizer.schedule.end": 3, "optimizer.lr": 4}

    assert without(values, ["loss=mine", "optimizer/schedule=mine"]) == {
        "loss_of": 2, "optimizer.lr": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("config", "missing", "message"),
    [
        ({"plugins": ["lab"]}, ["loss=mine"], r"loss=mine, which .*: add plugins=\[lab\] if you"),
        ({"plugins": "lab"}, ["loss=mine"], r"add plugins=\[lab\] if you trust it\.$"),
        ({}, ["loss=mine"], "add the plugins= or --config-dir= that it came with"),
        ({"plugins": [{}, 3, "a b"]}, ["loss=mine"], "add the plugins= or --config-dir="),
        ({"plugins": ["lab"], "loss": {"_target_": "lab.Mine"}}, [], r"with lab\.Mine: add plugi"),
    ],
)
def test_what_is_used_and_not_there_names_the_word_that_brings_it(config, missing, message):
    with pytest.raises(CheckpointError, match=message):
        refuse_missing("last.ckpt", config, missing, ["loss"])
    refuse_missing("last.ckpt", config, missing, ["model"])
