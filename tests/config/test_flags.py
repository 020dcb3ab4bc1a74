"""Words with dashes in front."""

import pytest

from gan_lab.config.flags import flags_in_front
from gan_lab.errors import ConfigError


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--epochs", "10"],
            "--epochs 10: keys are typed without dashes here. The",
        ),
        (["--lr", "1e-3"], "without dashes here. Did you mean optimizer.lr=1e-3 or"),
        (
            ["--seed", "1"],
            "--seed 1: keys are typed without dashes here. Type seed=1",
        ),
        (
            ["--seed=1"],
            "--seed=1: keys are typed without dashes here. Type seed=1.",
        ),
        (["-seed=1"], "Type seed=1."),
        (
            ["--batch-size", "64", "loss=lsgan"],
            "--batch-size 64: keys are typed without dashes here",
        ),
        (["--loss", "lsgan"], "Type loss=lsgan."),
        (["--trainer.devices", "2"], "Type trainer.devices=2."),
        (["--no-cuda"], "trainer.devices= says how many"),
        (["--foo"], "--foo: keys are typed without dashes here. --help lists"),
        (["--multi"], "--multi is not known. Did you mean '--multirun'?"),
        (["-c"], "--cfg without a value is not known: it takes one of job, hydra, all"),
        (["--cfg", "foo"], "--cfg foo is not known: it takes one of job, hydra, all"),
        (["--cfg=foo"], "--cfg foo is not known"),
        (["--info", "foo"], "--info foo is not known: it takes one of all, config"),
        (["--package"], "--package needs a value, as in --cfg job --package optimizer."),
        (["--package", "optimizer"], "--package and --resolve are about --cfg: add --cfg job."),
        (["--resolve"], "--package and --resolve are about --cfg: add --cfg job."),
        (["--config-dir"], "--config-dir needs a value"),
        (["--config-name=x"], "--config-name=x is not supported: leave it out. experiment= choo"),
        (["-cp", "conf"], "-cp conf is not supported: leave it out. --config-dir FOLDER adds"),
        (
            ["--experimental-rerun", "x"],
            "--experimental-rerun x is not supported: leave it out. ckpt=",
        ),
        (["--run", "3"], "--run 3: --run takes no value; leave 3 out."),
        (["-m", "--run"], "-m and --run contradict each other"),
    ],
)
def test_a_flag_that_means_nothing_here_is_refused_with_what_to_type(words, message):
    with pytest.raises(ConfigError) as refused:
        flags_in_front(words)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "seed=1,2"],
        ["seed=1", "--multirun"],
        ["--cfg", "job"],
        ["-c", "all", "--resolve", "--package", "model", "seed=1"],
        ["--info"],
        ["--info", "seed=1"],
        ["--info", "searchpath"],
        ["--config-dir", "mine", "seed=1"],
        ["--hydra-help"],
        ["loss.a=-1"],
    ],
)
def test_hydras_flags_that_are_followed_pass(words):
    flags_in_front(words)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["loss=a", "-m", "seed=1,2"], ["-m", "loss=a", "seed=1,2"]),
        (["a=1", "-c", "job", "-p", "x", "b=2"], ["--cfg=job", "--package=x", "a=1", "b=2"]),
        (["a=1", "--info", "plugins", "b=2"], ["--info=plugins", "a=1", "b=2"]),
        (["--info", "b=2"], ["--info=all", "b=2"]),
    ],
)
def test_a_flag_may_stand_between_the_words(words, read):
    assert flags_in_front(words) == read


def test_a_flag_between_the_words_works_to_the_end(run):
    outcome = run("data=digits", "--cfg", "job", "-p", "data", "data.limit=7", directory=None)

    assert (outcome.status, outcome.err) == (0, "")
    assert "limit: 7" in outcome.out


def test_a_mistake_with_a_flag_prints_one_message_and_no_usage(run):
    outcome = run("--epochs", "10")

    assert outcome.status == 1
    assert outcome.err.startswith("gan_lab: --epochs 10: keys are typed without dashes here")
    assert "usage" not in outcome.err + outcome.out
