"""Hydra's own keys: each is followed, or refused with what to type instead."""

import pytest
from omegaconf import OmegaConf

from gan_lab.config.hydra_keys import FOLLOWED, INSTEAD, refuse_hydra_keys_without_effect
from gan_lab.errors import ConfigError

FOLLOWED_ALONE = (
    "hydra.run.dir=outputs/mine", "hydra.run.dir='a name [1]'", "hydra.run.dir=2026",
    "++hydra.run.dir=x",
    "+hydra.job.env_set.OMP_NUM_THREADS=2", "hydra.mode=RUN",
    "hydra.job.config.override_dirname.kv_sep=_",
    "hydra.job.chdir=false", "hydra.output_subdir=null", "hydra.job.name=train_ddp_process_1",
)  # fmt: skip
FOLLOWED_BY_A_SWEEP = (
    "hydra.sweep.dir=multirun/mine", "hydra/launcher=joblib", "hydra.launcher.n_jobs=-1",
    "hydra.launcher.partition=all", "hydra.launcher.mem_gb=null", "hydra/sweeper=optuna",
    "hydra/sweeper/sampler=random", "hydra.sweeper.n_trials=3", "hydra.sweeper.max_batch_size=1",
    "hydra.sweeper.direction=maximize", "hydra.sweeper.params=null", "hydra.job.name=mine",
    "hydra/hydra_logging=disabled", "hydra.mode=MULTIRUN",
)  # fmt: skip
REFUSED_ALWAYS = (
    "hydra.sweep.subdir=${hydra.job.num}", "hydra.job.chdir=true", "hydra.output_subdir=.mine",
    "hydra.verbose=true", "hydra/job_logging=default", "hydra.job_logging.root.level=INFO",
    "hydra/callbacks=mine", "+hydra.callbacks.mine.x=1", "~hydra.callbacks.sweep", "~hydra.run",
    "hydra.job.num=3", "hydra.job.id=3", "hydra.job.env_copy=[HOME]", "hydra.job.config_name=other",
    "hydra.runtime.output_dir=x", "hydra.runtime.cwd=/", "hydra.overrides.task=[a]",
    "hydra.help.header=x", "hydra/help=default", "hydra/output=default", "hydra/env=default",
    "+hydra.mine=1", "hydra.runs.dir=x", "hydra={}", "hydra.run={dir:x}",
    "hydra.mode=BOTH", "hydra.mode=null", "hydra.searchpath=mine", "hydra.searchpath=null",
)  # fmt: skip
REFUSED_IN_A_SWEEP = (
    "hydra.run.dir=x", "hydra.sweep.dir=", "hydra.sweep.dir=null", "hydra.sweep.dir=[a]",
    "hydra.sweep.dir=a,b", "hydra.sweeper.max_batch_size=0", "hydra.sweeper.n_trials=-1",
    "hydra.sweeper.n_trials=nan", "hydra.sweeper.n_jobs=0", "hydra.sweeper.direction=up",
    "hydra/launcher=null", "hydra/sweeper=[a,b]", "hydra/launcher=''", "hydra.launcher={}",
    "hydra.sweeper=null", "hydra.sweeper.params={seed:2}", "hydra.sweeper.params.seed=2",
    "hydra.launcher.n_jobs=0", "hydra.launcher.n_jobs=2.5", "hydra.launcher.nodes=2",
    "hydra.sweeper.max_failure_rate=2", "hydra.mode=RUN", "hydra.launcher.tasks_per_node=4",
    "hydra.launcher.timeout_min=0", "hydra.launcher.mem_gb=many",
)  # fmt: skip
EMPTY = (
    "hydra.run.dir=", "hydra.run.dir=''", "hydra.run.dir=null", "hydra.run.dir=[a,b]",
    "hydra.run.dir=a,b", "hydra.run.dir={a:b}", "hydra.run.dir=true",
    "hydra.run.dir='  '",
)  # fmt: skip


@pytest.mark.parametrize("word", FOLLOWED_ALONE)
def test_what_a_run_follows(word):
    refuse_hydra_keys_without_effect([word])


@pytest.mark.parametrize("word", FOLLOWED_BY_A_SWEEP)
def test_what_a_sweep_follows(word):
    refuse_hydra_keys_without_effect(["-m", word])


@pytest.mark.parametrize("word", FOLLOWED_BY_A_SWEEP[:-1])
def test_what_is_about_a_sweep_is_refused_without_one(word):
    with pytest.raises(ConfigError, match=r"is about a sweep: add -m, or "):
        refuse_hydra_keys_without_effect([word])


def test_a_sweep_may_be_asked_for_by_hydras_key():
    refuse_hydra_keys_without_effect(["hydra.mode=MULTIRUN", "hydra.sweep.dir=x"])


@pytest.mark.parametrize("word", REFUSED_ALWAYS)
@pytest.mark.parametrize("how", [[], ["-m"]], ids=["run", "sweep"])
def test_what_nothing_would_come_of(word, how):
    with pytest.raises(ConfigError) as refused:
        refuse_hydra_keys_without_effect([*how, word])

    assert str(refused.value).startswith(word)
    assert str(refused.value).endswith((".", "?"))


@pytest.mark.parametrize("word", REFUSED_IN_A_SWEEP)
def test_what_a_sweep_cannot_follow(word):
    with pytest.raises(ConfigError) as refused:
        refuse_hydra_keys_without_effect(["--multirun", word])

    assert str(refused.value).startswith(word)


@pytest.mark.parametrize("word", EMPTY)
def test_a_run_directory_that_is_none(word):
    with pytest.raises(ConfigError) as refused:
        refuse_hydra_keys_without_effect([word])

    assert str(refused.value).startswith(word)


@pytest.mark.parametrize("word", ["seed=1", "hydra.run.dir=[", "hydra", "hydras=2", "data=hydra"])
def test_what_is_about_something_else_or_unreadable_is_left_to_others(word):
    refuse_hydra_keys_without_effect([word])


def test_each_of_hydras_keys_has_its_place():
    from hydra.conf import HydraConf

    known = OmegaConf.to_container(OmegaConf.structured(HydraConf()))
    # Of which the defaults list, and keys that have groups of their own below them.
    for key in known.keys() - {"defaults", "run", "sweep", "job"}:
        assert any(name == f"hydra.{key}" for name in (*FOLLOWED, *INSTEAD)), key
    for group in ("run", "sweep", "job"):
        for key in known[group]:
            name = f"hydra.{group}.{key}"
            assert name in FOLLOWED or name in INSTEAD or f"hydra.{group}" in INSTEAD, name


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (["hydra.run.dir="], "hydra.run.dir= must name a directory, as in hydra.run.dir=outputs/"),
        (["-m", "seed=1", "hydra.sweep.subdir=x"], "hydra.sweep.subdir=x is not supported: the"),
        (["-m", "seed=1", "hydra.launcher.partition=x"], "There is no key hydra.launcher.part"),
        (["-m", "seed=1", "hydra.sweeper.n_trials=3"], "There is no key hydra.sweeper.n_tri"),
        (["+hydra.nothing=1"], "+hydra.nothing=1: the key hydra.nothing is not supported."),
    ],
)  # fmt: skip
def test_the_command_line_says_so(run, words, start, tmp_path):
    refused = run(*words, directory=None)

    assert refused.status == 1
    assert refused.err.startswith(f"gan_lab: {start}"), refused.err
    assert len(refused.err.splitlines()) == 1
    assert not (tmp_path / "outputs").exists()
