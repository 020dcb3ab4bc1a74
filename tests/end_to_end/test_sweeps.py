"""Sweeps in processes of their own, as a user runs them: -m, its launchers and its sweepers."""

import csv
import signal

import pytest
import torch

from gan_lab.runs.metrics_file import read_metrics
from tests.end_to_end.test_command_line import finish, start, summary_of, wait_for_row

MLP = (
    "data=digits", "model=mlp", "model.generator.hidden=[16,16]", "model.discriminator.hidden=[9]",
    "model.discriminator.dropout=0", "model.discriminator.input_dropout=0", "optimizer=sgd",
    "batch_size=8", "iterations=20", "log_every=10", "evaluation=none", "trainer.accelerator=cpu",
    "trainer.precision=32-true",
)  # fmt: skip


def sweep(*words, cwd, **environment):
    return start("-m", *words, *MLP, "hydra.sweep.dir=sweep", cwd=cwd, **environment)


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


def test_a_job_that_fails_is_named_at_the_end_and_stops_no_other_and_repeating_runs_what_is_left(
    tmp_path,
):
    words = ["optimizer.lr=-0.5,0.05,0.5", "hydra.sweeper.max_batch_size=1"]

    status, _, err = finish(sweep(*words, cwd=tmp_path))

    assert status == 1
    assert "Traceback" not in err
    assert "1 of the 3 jobs" in err.splitlines()[-3]
    assert err.splitlines()[-2].startswith("  job 0, failed: optimizer.lr=-0.5 data=digits")
    assert err.splitlines()[-1] == "    optimizer: Invalid learning rate: -0.5."
    assert statuses(tmp_path / "sweep") == ["failed", "finished", "finished"]
    assert trees(tmp_path) == ["sweep/1", "sweep/2"]
    for job in ("1", "2"):
        row = rows_of(tmp_path / "sweep")[int(job)]
        metrics = summary_of(tmp_path / "sweep" / job)["metrics"]["d_real"]
        assert float(row["last/d_real"]) == metrics["last"]
        assert float(row["best/d_real"]) == metrics["best"]

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


def test_a_job_is_bit_for_bit_what_it_is_alone(run, tmp_path):
    """The jobs before it change nothing: not the random numbers, and not what Torch was told."""
    status, _, err = finish(sweep("seed=3,4", "trainer.deterministic=true", cwd=tmp_path))
    assert status == 0, err

    run(*MLP, "seed=4", directory=tmp_path / "alone")

    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone")


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


def test_an_interrupted_sweep_goes_on_where_it_stopped(run, tmp_path):
    words = ["seed=5,6", "iterations=600"]
    process = start("-m", *MLP, *words, "hydra.sweep.dir=sweep", cwd=tmp_path)
    wait_for_row(process, tmp_path / "sweep" / "0" / "metrics.csv")

    process.send_signal(signal.SIGINT)

    status, _, err = finish(process)
    assert status == 130, err
    assert statuses(tmp_path / "sweep") == ["interrupted"]
    assert 0 < summary_of(tmp_path / "sweep" / "0")["iterations"] < 600
    again = start("-m", *MLP, *words, "hydra.sweep.dir=sweep", cwd=tmp_path)
    assert finish(again)[0] == 0
    assert statuses(tmp_path / "sweep") == ["finished", "finished"]
    run(*MLP, "seed=5", "iterations=600", directory=tmp_path / "whole")
    assert_equal_weights(tmp_path / "sweep" / "0", tmp_path / "whole")
    rows = [row["iteration"] for row in read_metrics(tmp_path / "sweep" / "0" / "metrics.csv")]
    assert rows == list(range(10, 601, 10))


@pytest.mark.parametrize("variable", ["WORLD_SIZE", "SLURM_STEP_NUM_TASKS"])
def test_a_sweep_started_in_several_copies_is_refused(tmp_path, variable):
    status, _, err = finish(sweep("seed=1,2", cwd=tmp_path, **{variable: "2"}))

    assert status == 1
    assert err.startswith(f"gan_lab: {variable}=2: a sweep (-m) was started in several copies")
    assert len(err.splitlines()) == 1
    assert trees(tmp_path) == []


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
