"""Sweeps in processes of their own, as a user runs them: -m, its launchers and its sweepers."""

import csv
import os
import signal

import pytest
import torch
import yaml

from gan_lab.runs.checkpoints import read_manifest
from gan_lab.runs.metrics_file import read_metrics
from tests.end_to_end.test_command_line import summary_of
from tests.processes import finish, start, wait_for_row

MLP = (
    "data=digits", "model=mlp", "model.generator.hidden=[16,16]", "model.discriminator.hidden=[9]",
    "model.discriminator.dropout=0", "model.discriminator.input_dropout=0", "optimizer=sgd",
    "batch_size=8", "iterations=20", "log_every=10", "evaluation=none", "trainer.accelerator=cpu",
    "trainer.precision=32-true",
)  # fmt: skip


def sweep(*words, cwd, start_new_session=False, **environment):
    return start(
        *("-m", *MLP, *words, "hydra.sweep.dir=sweep"),
        cwd=cwd,
        start_new_session=start_new_session,
        **environment,
    )


def rows_of(directory):
    with (directory / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def statuses(directory):
    return [row["status"] for row in rows_of(directory)]


def weights(directory):
    return torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]


def assert_equal_weights(one, other, **tolerance):
    for key, value in weights(other).items():
        torch.testing.assert_close(weights(one)[key], value, **tolerance or {"rtol": 0, "atol": 0})


def trees(root):
    """Return the directories in which anything was logged."""
    return sorted(str(path.parent.relative_to(root)) for path in root.rglob("metrics.csv"))


@pytest.mark.slow
def test_a_job_that_fails_is_named_at_the_end_and_stops_no_other_and_repeating_runs_what_is_left(
    tmp_path,
):
    words = ["optimizer.lr=-0.5,0.05,0.5", "hydra.sweeper.max_batch_size=1"]

    status, out, err = finish(sweep(*words, cwd=tmp_path))

    assert status == 1
    assert out.splitlines()[-1].startswith("The jobs compared: ")
    assert "Traceback" not in err
    assert "1 of the 3 jobs" in err.splitlines()[-3]
    assert err.splitlines()[-2].startswith("  job 0, failed: data=digits model=mlp")
    assert err.splitlines()[-1] == "    optimizer.lr=-0.5 must be a number from 0 to 1,000."
    assert statuses(tmp_path / "sweep") == ["failed", "finished", "finished"]
    assert trees(tmp_path) == ["sweep/1", "sweep/2"]
    for job in ("1", "2"):
        row = rows_of(tmp_path / "sweep")[int(job)]
        metrics = summary_of(tmp_path / "sweep" / job)["metrics"]
        assert float(row["last/d_real"]) == metrics["d_real"]["last"]
        assert float(row["best/images_per_second"]) == metrics["images_per_second"]["best"]
        assert "best/d_real" not in row

    before = {job: weights(tmp_path / "sweep" / job) for job in ("1", "2")}
    refused, _, err = finish(sweep("optimizer.lr=0.05", cwd=tmp_path))
    assert refused == 1
    assert "skip_finished=true" in err
    mended = ["skip_finished=true", "optimizer.lr=0.1,0.5,0.05"]
    status, out, err = finish(sweep(*mended, cwd=tmp_path))

    assert status == 1, err  # the failed job is still in the table
    assert out.count("has finished before") == 2
    assert trees(tmp_path) == ["sweep/1", "sweep/2", "sweep/3"]
    for job, untouched in before.items():
        now = weights(tmp_path / "sweep" / job)
        assert all(torch.equal(now[key], value) for key, value in untouched.items())


@pytest.mark.slow
def test_a_job_is_bit_for_bit_what_it_is_alone(run, tmp_path):
    """The jobs before it change nothing: not the random numbers, and not what Torch was told."""
    status, _, err = finish(sweep("seed=3,4", "trainer.deterministic=true", cwd=tmp_path))
    assert status == 0, err

    run(*MLP, "seed=4", directory=tmp_path / "alone")

    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone")


@pytest.mark.slow
def test_each_job_on_two_processes_has_its_own_hyper_parameters_on_both(run, tmp_path):
    two = ["trainer=ddp_sim", "optimizer.lr=0.05,0.5"]

    status, _, err = finish(sweep(*two, cwd=tmp_path))

    assert status == 0, err
    assert trees(tmp_path) == ["sweep/0", "sweep/1"]
    for job, rate in enumerate(("0.05", "0.5")):
        swept = tmp_path / "sweep" / str(job)
        run(*MLP, f"optimizer.lr={rate}", directory=tmp_path / rate)
        assert summary_of(swept)["hardware"]["processes"] == 2
        # A second process with other rates would bring gradients of other weights.
        assert_equal_weights(swept, tmp_path / rate, rtol=0, atol=1e-6)


@pytest.mark.slow
def test_a_job_has_the_options_and_the_environment_that_the_sweep_was_given(tmp_path):
    (tmp_path / "mine" / "experiment").mkdir(parents=True)
    option = tmp_path / "mine" / "experiment" / "short.yaml"
    option.write_text("# @package _global_\niterations: 3\n")
    words = [word for word in MLP if not word.startswith("iterations=")]
    own = ["experiment=short", "log_every=2", "+hydra.job.env_set.GAN_LAB_FAULT=after_row:1"]
    options = ("-m", "--config-dir", "mine")

    process = start(*options, *words, *own, "hydra.sweep.dir=sweep", cwd=tmp_path)

    assert finish(process)[0] == 1
    assert rows_of(tmp_path / "sweep")[0]["message"] == "killed by signal 9"
    assert read_metrics(tmp_path / "sweep" / "0" / "metrics.csv")[0]["iteration"] == 2


@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_where_it_stopped(run, tmp_path):
    words = ["seed=5,6", "iterations=600"]
    process = sweep(*words, cwd=tmp_path)
    wait_for_row(process, tmp_path / "sweep" / "0" / "metrics.csv")

    process.send_signal(signal.SIGINT)

    status, _, err = finish(process)
    assert status == 130, err
    assert statuses(tmp_path / "sweep") == ["interrupted"]
    assert 0 < summary_of(tmp_path / "sweep" / "0")["iterations"] < 600
    assert finish(sweep(*words, cwd=tmp_path))[0] == 0
    assert statuses(tmp_path / "sweep") == ["finished", "finished"]
    run(*MLP, "seed=5", "iterations=600", directory=tmp_path / "whole")
    assert_equal_weights(tmp_path / "sweep" / "0", tmp_path / "whole")
    rows = [row["iteration"] for row in read_metrics(tmp_path / "sweep" / "0" / "metrics.csv")]
    assert rows == list(range(10, 601, 10))


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["basic", "joblib"])
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_sweep_that_is_told_to_stop_lets_its_jobs_save(tmp_path, launcher, number, status):
    words = ["seed=5,6,7,8", "iterations=1000000", "checkpoint_every=1000000"]
    at_once = 1
    if launcher == "joblib":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
        words += ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
        at_once = 2
    process = sweep(*words, cwd=tmp_path, start_new_session=True)
    for job in range(at_once):
        wait_for_row(process, tmp_path / "sweep" / str(job) / "metrics.csv")

    # As a terminal does it: the process itself and its workers.
    os.killpg(process.pid, number) if number != signal.SIGTERM else process.send_signal(number)

    ended, _, err = finish(process)
    assert ended == status, err
    if number != signal.SIGHUP:  # of which joblib's own helper dies, unseen with the terminal gone
        assert "Traceback" not in err
    assert statuses(tmp_path / "sweep") == ["interrupted"] * at_once
    for job in range(at_once):
        directory = tmp_path / "sweep" / str(job)
        assert summary_of(directory)["status"] == "interrupted"
        manifest = read_manifest(directory / "checkpoints")
        assert manifest["last.ckpt"]["iteration"] == summary_of(directory)["iterations"] > 0


@pytest.mark.parametrize("variable", ["WORLD_SIZE", "SLURM_STEP_NUM_TASKS"])
def test_a_sweep_started_in_several_copies_is_refused(tmp_path, variable):
    status, _, err = finish(sweep("seed=1,2", cwd=tmp_path, **{variable: "2"}))

    assert status == 1
    assert err.startswith(f"gan_lab: {variable}=2: a sweep (-m) was started in several copies")
    assert len(err.splitlines()) == 1
    assert trees(tmp_path) == []


@pytest.mark.slow
def test_a_second_sweep_in_the_same_directory_and_several_machines_are_refused(tmp_path):
    several = "trainer.num_nodes=2"
    first = sweep("seed=5", "iterations=100000", "checkpoint_every=100000", cwd=tmp_path)
    wait_for_row(first, tmp_path / "sweep" / "0" / "metrics.csv")

    in_use, _, message = finish(sweep("seed=6", cwd=tmp_path))
    first.send_signal(signal.SIGTERM)

    assert in_use == 1
    assert "is in use by another sweep" in message
    assert finish(first)[0] == 143
    refused, _, message = finish(sweep("seed=7", several, cwd=tmp_path))
    assert refused == 1
    assert "trainer.num_nodes=2 must be 1 in a sweep" in message


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_jobs_side_by_side_are_those_that_run_one_after_the_other(run, tmp_path, launcher):
    pytest.importorskip(f"hydra_plugins.hydra_{launcher.removesuffix('_local')}_launcher")
    # Two processes in the jobs that are side by side: each launcher with several devices.
    words = [f"hydra/launcher={launcher}", "trainer=ddp_sim", "optimizer.lr=-0.5,0.05"]

    status, _, err = finish(sweep(*words, cwd=tmp_path))

    assert status == 1
    assert "1 of the 2 jobs" in err
    assert statuses(tmp_path / "sweep") == ["failed", "finished"]
    assert trees(tmp_path) == ["sweep/1"]
    assert summary_of(tmp_path / "sweep" / "1")["hardware"]["processes"] == 2
    run(*MLP, "optimizer.lr=0.05", directory=tmp_path / "alone")
    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone", rtol=0, atol=1e-6)


def search(*words, cwd):
    space = ["hydra.sweeper.params=null", "optimizer.generator.lr=interval(0.01, 0.5)"]
    return sweep("sweep=optuna", "objective=d_real", *space, *words, cwd=cwd)


@pytest.mark.slow
def test_a_search_finds_the_best_values_and_goes_on_with_its_study(run, tmp_path):
    optuna = pytest.importorskip("optuna")
    two_processes = ["trainer=ddp_sim", "hydra.sweeper.n_trials=2"]

    status, _, err = finish(search(*two_processes, cwd=tmp_path))

    assert status == 0, err
    assert trees(tmp_path) == ["sweep/0", "sweep/1"]
    rows = rows_of(tmp_path / "sweep")
    best = yaml.safe_load((tmp_path / "sweep" / "optimization_results.yaml").read_text())
    assert best["best_value"] == min(float(row["last/d_real"]) for row in rows)
    # Both processes trained with the values that Optuna chose for the job, whatever those are.
    rates = [row["overrides"].split(" ")[0] for row in rows]
    assert len(set(rates)) == 2
    run(*MLP, rates[1], directory=tmp_path / "alone")
    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone", rtol=0, atol=1e-6)

    fails = ["optimizer.discriminator.lr=-0.5", "hydra.sweeper.n_trials=1"]
    status, _, err = finish(search(*fails, cwd=tmp_path))

    study = optuna.load_study("gan_lab", f"sqlite:///{tmp_path}/sweep/study.db")
    assert status == 1
    assert "1 of the 3 jobs" in err
    assert statuses(tmp_path / "sweep") == ["finished", "finished", "failed"]
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "COMPLETE", "FAIL"]


@pytest.mark.slow
def test_a_search_for_a_metric_that_is_not_there_stops_after_the_first_job(tmp_path):
    pytest.importorskip("optuna")

    status, _, err = finish(search("objective=fid", cwd=tmp_path))

    assert status == 1
    assert "objective=fid is not in" in err
    assert "Traceback" not in err
    assert statuses(tmp_path / "sweep") == ["finished"]


def test_a_search_without_m_is_refused(run):
    pytest.importorskip("optuna")

    assert "sweep=optuna chooses values for many runs: add -m." in run("sweep=optuna").err


@pytest.mark.slow
def test_the_jobs_of_another_task_write_into_their_directories(finished, tmp_path):
    task = ["task=sample", f"ckpt={finished / 'checkpoints' / 'last.ckpt'}", "seed=1,2"]
    words = ["-m", *task, "format=npz", "hydra.sweep.dir=sweep"]

    status, _, err = finish(start(*words, cwd=tmp_path))
    assert status == 1
    assert "out=${hydra:runtime.output_dir}/NAME" in err

    named = "out=${hydra:runtime.output_dir}/images.npz"
    status, _, err = finish(start(*words, named, "hydra.sweep.dir=named", cwd=tmp_path))
    assert status == 0, err
    assert [(tmp_path / "named" / job / "images.npz").exists() for job in "01"] == [True, True]
    assert statuses(tmp_path / "named") == ["finished", "finished"]
