"""Words of which nothing would come."""

import pytest

from gan_lab.config.composition import composition
from gan_lab.config.schema import TASKS
from gan_lab.config.unused import (
    READS,
    refuse_words_about_what_is_off,
    refuse_words_for_no_evaluation,
    refuse_words_without_effect,
)
from gan_lab.errors import ConfigError


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("objective=foo", "objective=foo is about a sweep: add -m, or leave it out."),
        ("skip_finished=true", "skip_finished=true is about a sweep"),
        ("-m task=train,sample", "task=train,sample names several tasks, and a sweep runs one"),
        ("-m task=list runs=a,b", "task=list cannot be a sweep: leave out -m."),
        ("task=list iterations=5", "iterations=5 has no effect on task=list: leave it out"),
        ("task=list ckpt=x", "ckpt=x has no effect on task=list"),
        ("task=report trainer.devices=2", "trainer.devices=2 has no effect on task=report"),
        ("task=theory seed=1", "seed=1 has no effect on task=theory"),
        ("task=fetch data=mnist", "data=mnist has no effect on task=fetch"),
        ("task=sample resume=auto", "resume=auto has no effect on task=sample"),
        ("task=sample iterations=5", "iterations=5 has no effect on task=sample"),
        ("task=invert logger=wandb", "logger=wandb has no effect on task=invert"),
        ("task=sample trainer.devices=2", "trainer.devices=2 has no effect on task=sample"),
        ("task=evaluate evaluation.every=5", "evaluation.every=5 has no effect on task=evaluate"),
        ("task=evaluate evaluation=none ckpt=x", "evaluation=none contradicts task=evaluate"),
        ("task=evaluate images=x model=mlp", "model=mlp is about a checkpoint, and images= are"),
        ("task=train_classifier model.width=4", "model.width=4 has no effect on task=train_cl"),
        ("task=figure1 checkpoint_every=5", "checkpoint_every=5 has no effect on task=figure1"),
        ("allow_config_change=true", "allow_config_change=true is about a checkpoint: add ckpt="),
        ("evaluation=none evaluation.every=5", "evaluation.every=5 is about evaluations, and with"),
        (
            "evaluation=none callbacks.collapse.action=stop",
            "callbacks.collapse.action=stop is about",
        ),
        ("evaluation/metrics=[]", "evaluation/metrics=[] leaves nothing to measure"),
        ("evaluation=none +evaluation/metrics=parzen", "+evaluation/metrics=parzen is about"),
    ],
)
def test_a_word_of_which_nothing_would_come_is_refused(command, message):
    with pytest.raises(ConfigError) as refused:
        refuse_words_without_effect(command.split())

    assert message in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        "",
        "-m objective=fid skip_finished=true seed=1,2",
        "objective=null skip_finished=false",
        "task=sample ckpt=x n=4 seed=2 trainer=cpu debug=trace",
        "task=sample ckpt=x trainer.precision=32-true evaluation=none",
        "task=sample ckpt=x allow_config_change=true data.dir=y",
        "-m task=evaluate ckpt=a,b",
        "task=evaluate ckpt=x evaluation.n_fake=9 +evaluation/metrics=parzen trainer=cpu",
        "task=evaluate images=x experiment=cifar10_dcgan data.limit=9",
        "task=figure1 data=density_bimodal trainer=cpu iterations=9 optimizer.lr=1",
        "task=train_classifier data=folder data.dir=x epochs=3",
        "ckpt=x allow_config_change=true",
        "resume=auto allow_config_change=true hydra.run.dir=x",
        "evaluation=none callbacks=none",
        "evaluation=auto evaluation.every=5",
        "task=list runs=x hydra.run.dir=y",
        "task=list itertions=5",  # which is no key at all, and named as such
    ],
)
def test_what_a_task_reads_passes(command):
    refuse_words_without_effect(command.split())


def test_a_run_that_an_experiment_leaves_without_evaluations_has_no_words_about_them():
    with pytest.raises(ConfigError, match=r"n_fake=5 is about evaluations, .* there are none"):
        refuse_words_for_no_evaluation(None, ["experiment=x", "evaluation.n_fake=5"])
    refuse_words_for_no_evaluation(None, ["experiment=x", "evaluation.every=null", "seed=1"])
    refuse_words_for_no_evaluation(100, ["evaluation.n_fake=5"])


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("callbacks.collapse.rollbacks=5", "rollbacks=5 is about rollbacks: add callbacks."),
        (
            "callbacks.collapse.rollbacks=5 callbacks.collapse.action=stop",
            "callbacks.collapse.rollbacks=5 is about rollbacks",
        ),
        ("augment=ada augment.p=0.3 augment.target=0.5", "augment.target=0.5 is about a contr"),
        ("experiment=cifar10_r3gan_192 augment.most=0.5", "augment.most=0.5 is about a controlled"),
        (
            "experiment=mnist_r3gan terms=[r1] terms.r2.weight=3",
            "terms.r2.weight=3 is about a term that is not chosen: add r2 to terms=[...], or",
        ),
        (
            "experiment=aae_mnist_clusters optimizer.classifier.lr=0.1",
            "optimizer.classifier.lr=0.1 is about a player that learns from labelled images: add",
        ),
    ],
)
def test_a_word_about_what_a_run_does_not_have_is_refused(command, message):
    with pytest.raises(ConfigError) as refused:
        refuse_words_about_what_is_off(composition(command.split()).config, command.split())

    assert message in str(refused.value)


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    "command",
    [
        "",
        "callbacks.collapse.rollbacks=5 callbacks.collapse.action=rollback",
        "augment=ada augment.target=0.5",
        "augment=ada augment.p=null augment.target=0.5",
        "experiment=cifar10_r3gan_192 augment.p=null augment.most=0.5",
        "experiment=mnist_r3gan terms=[r1] terms.r1.weight=3",
        "experiment=mnist_r3gan terms=[]",
        "experiment=aae_mnist_semi optimizer.classifier.lr=0.1",
        "algorithm=dann ema.classifier.decay=0.9",
    ],
)
def test_a_word_about_what_a_run_has_passes(command):
    refuse_words_about_what_is_off(composition(command.split()).config, command.split())


def test_every_task_but_training_says_what_it_reads():
    assert set(READS) == set(TASKS) - {"train"}
