"""What a continued run takes from its checkpoint and what from the command line."""

import pytest
from hydra import compose
from omegaconf import OmegaConf

from gan_lab.config.checkpoint_merge import completed, composed, continued, differences, joined

pytestmark = pytest.mark.usefixtures("hydra_is_ready")


def saved(*overrides):
    return OmegaConf.to_container(compose("config", list(overrides)), resolve=True)


def after(old, before, typed):
    return continued(old, composed(before), composed(joined(before, typed)))


def test_continuing_changes_what_was_typed_and_what_follows_from_it_and_nothing_else():
    old = saved("loss=lsgan", "model.width=8")

    config = after(old, ["loss=lsgan", "model.width=8"], ["model.width=4"])

    assert differences(old, config) == [
        "model.discriminator.width: 8 -> 4",
        "model.generator.width: 8 -> 4",
        "model.width: 8 -> 4",
    ]


def test_continuing_keeps_values_that_a_newer_version_would_choose_differently():
    old = saved()
    old["batch_size"] = 999  # as if the default had been another one then

    config = after(old, [], ["iterations=7"])

    assert config.batch_size == 999
    assert config.iterations == 7


def test_continuing_can_swap_a_whole_group():
    config = after(saved("loss=lsgan"), ["loss=lsgan", "loss.a=0"], ["loss=hinge"])

    assert config.loss._target_ == "gan_lab.losses.hinge.Hinge"
    assert "a" not in config.loss


def test_length_logging_and_devices_may_change_and_hyper_parameters_are_listed():
    old = saved()
    free = ["iterations=9", "log_every=3", "trainer.devices=2", "logger=wandb", "samples_every=2"]

    assert differences(old, after(old, [], free)) == []
    assert differences(old, after(old, [], ["batch_size=8"])) == ["batch_size: 64 -> 8"]
    assert differences(old, after(old, [], ["trainer.precision=bf16-mixed"]))
    assert differences(old, after(old, [], ["seed=1"])) == ["seed: 0 -> 1"]


def test_a_newly_chosen_option_drops_what_was_said_of_the_old_one():
    before = [
        "model=dcgan",
        "model.width=4",
        "optimizer/schedule=linear",
        "optimizer.lr=1",
        "seed=2",
    ]

    assert joined(before, ["model=mlp"]) == [
        "optimizer/schedule=linear", "optimizer.lr=1", "seed=2", "model=mlp",
    ]  # fmt: skip
    assert joined(before, ["optimizer=sgd"]) == [
        "model=dcgan", "model.width=4", "seed=2", "optimizer=sgd",
    ]  # fmt: skip
    assert joined(before, ["data.dir=x"]) == [*before, "data.dir=x"]
    assert joined(before, ["model=dcgan"]) == [*before[1:], "model=dcgan"]


def test_another_option_for_a_source_replaces_what_was_said_of_that_source():
    before = [
        "data=unpaired",
        "data@data.a=mnist",
        "data.a.size=32",
        "data.b.dir=x",
        "seed=9",
    ]

    assert joined(before, ["data@data.a=digits"]) == [
        "data=unpaired", "data.b.dir=x", "seed=9", "data@data.a=digits",
    ]  # fmt: skip
    assert joined(before, ["data=mnist"]) == ["seed=9", "data=mnist"]


def test_what_is_said_again_is_there_once():
    before = ["optimizer.lr=1", "+data.limit=8", "seed=3"]

    assert joined(before, ["optimizer.lr=2"]) == ["+data.limit=8", "seed=3", "optimizer.lr=2"]
    assert joined(before, ["+data.limit=9"]) == ["optimizer.lr=1", "seed=3", "+data.limit=9"]
    assert joined(before, ["data.limit=9"]) == [*before, "data.limit=9"]  # the key is added first


def test_an_option_added_to_a_list_and_the_whole_list_replace_each_other():
    listed, added = "evaluation/metrics=[modes,prdc]", "+evaluation/metrics=parzen"
    k = "evaluation.metrics.prdc.k=3"

    assert joined([listed, k], [added]) == [k, added]
    assert joined([added, k], [added]) == [k, added]
    assert joined([added], [listed]) == [listed]
    config = after(saved(listed, k), [listed, k], [added])
    assert config.evaluation.metrics.prdc.k == 3
    assert {"modes", "frechet", "parzen"} <= config.evaluation.metrics.keys()


def test_groups_and_keys_that_are_newer_than_the_checkpoint_take_their_defaults():
    before = saved()
    del before["evaluation"], before["callbacks"], before["trainer"]["sync_batchnorm"]

    old = completed(before, composed([]))
    config = after(old, [], ["iterations=7"])

    assert config.trainer.sync_batchnorm is False
    assert config.evaluation.every == compose("config", []).evaluation.every
    assert config.callbacks.collapse.action == "log"
    assert differences(old, config) == []
