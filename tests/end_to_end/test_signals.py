"""Signals to real runs: what is saved, what is said, and that no process is left behind."""

import json
import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

from gan_lab.runs.checkpoints import read_manifest
from gan_lab.runs.metrics_file import read_metrics
from tests import processes
from tests.end_to_end.campaign import _live, command
from tests.end_to_end.conftest import without_first_use
from tests.processes import PROCESSES

ENDLESS = (
    "iterations=1000000", "optimizer.schedule.end=1000000", "evaluation.every=1000000",
    "checkpoint_every=1000000", "log_every=1",
)  # fmt: skip


def block_in_iteration_3(ready):
    """Let the run be in the middle of an iteration for as long as it takes."""
    from gan_lab.training.gan import GAN

    update = GAN.update

    def blocking_update(self, player):
        if self.iteration == 2:
            ready.touch()
            for _ in range(60):
                time.sleep(1)
        update(self, player)

    GAN.update = blocking_update


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_second_sigterm_stops_at_once(tmp_path):
    ready = tmp_path / "ready"
    words = [*command(tmp_path / "run", *ENDLESS, "checkpoint_every=1"), "trainer.devices=1"]
    process = PROCESSES.Process(target=_live, args=(words, {}, block_in_iteration_3, (ready,)))
    process.start()
    wait_for(ready.exists)

    os.kill(process.pid, signal.SIGTERM)
    process.join(timeout=0.5)
    assert process.is_alive()  # it finishes the iteration first
    os.kill(process.pid, signal.SIGTERM)

    process.join(timeout=10)
    assert process.exitcode == -signal.SIGTERM
    assert read_manifest(tmp_path / "run" / "checkpoints")["last.ckpt"]["iteration"] == 2


def test_a_second_ctrl_c_stops_at_once_and_says_so(tmp_path):
    ready = tmp_path / "ready"
    words = [*command(tmp_path / "run", *ENDLESS, "checkpoint_every=1"), "trainer.devices=1"]
    process = PROCESSES.Process(target=_live, args=(words, {}, block_in_iteration_3, (ready,)))
    process.start()
    wait_for(ready.exists)

    os.kill(process.pid, signal.SIGINT)
    process.join(timeout=0.5)
    assert process.is_alive()
    os.kill(process.pid, signal.SIGINT)

    process.join(timeout=10)
    assert process.exitcode == 130
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["status"] == "interrupted"


def start(directory, *more, **environment):
    """Start the real command; it begins its own processes for several devices."""
    return processes.start(*command(directory, *more), cwd=directory.parent, **environment)


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ")[-1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def two_ranks(tmp_path):
    """Return a run in the middle of its training, and the process that the command started."""
    process = start(tmp_path / "run", *ENDLESS, "trainer.devices=2")
    metrics = tmp_path / "run" / "metrics.csv"
    wait_for(lambda: (metrics.exists() and read_metrics(metrics)) or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    (child,) = children_of(process.pid)
    yield process, child
    for pid in (process.pid, child):
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)],
    ids=["sigterm", "ctrl-c", "sighup"],
)
def test_two_ranks_stop_together_with_everything_saved(two_ranks, number, status, tmp_path):
    process, child = two_ranks

    process.send_signal(number)

    _, err = process.communicate(timeout=10)
    wait_for(lambda: not is_running(child), seconds=10)
    assert process.returncode == status, err
    assert without_first_use(err) == []
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    manifest = read_manifest(tmp_path / "run" / "checkpoints")
    assert summary["status"] == "interrupted"
    assert manifest["last.ckpt"]["iteration"] == summary["iterations"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["the first", "the other"])
def test_no_rank_survives_the_other_by_ten_seconds_and_one_sentence_says_why(
    two_ranks, victim, tmp_path
):
    process, child = two_ranks

    os.kill(process.pid if victim == "the first" else child, signal.SIGKILL)

    wait_for(lambda: not is_running(process.pid) and not is_running(child), seconds=10)
    _, err = process.communicate()
    (said,) = without_first_use(err)
    if victim == "the first":
        assert process.returncode == -signal.SIGKILL
        assert said.startswith("gan_lab: The first process of this run was killed, so the others")
    else:
        assert process.returncode == 1
        assert said.startswith("gan_lab: Process 2 of 2 was killed by signal 9, so the run cannot")
        summary = json.loads((tmp_path / "run" / "summary.json").read_text())
        assert summary["status"] == "failed"


@pytest.mark.slow
def test_a_rank_that_is_killed_while_it_starts_ends_the_first_with_one_sentence(tmp_path):
    process = start(tmp_path / "run", *ENDLESS, "trainer.devices=2")
    wait_for(lambda: children_of(process.pid))
    (child,) = children_of(process.pid)

    os.kill(child, signal.SIGKILL)

    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    (said,) = without_first_use(err)
    assert said.startswith("gan_lab: Process 2 of 2 was killed by signal 9")


@pytest.mark.slow
@pytest.mark.parametrize("devices", [1, 2])
def test_a_run_whose_terminal_is_closed_saves_everything(tmp_path, devices):
    words = [*command(tmp_path / "run", *ENDLESS), f"trainer.devices={devices}"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "gan_lab", *words])
    metrics = tmp_path / "run" / "metrics.csv"
    wait_for(lambda: metrics.exists() and read_metrics(metrics))

    os.close(terminal)

    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 129
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    manifest = read_manifest(tmp_path / "run" / "checkpoints")
    assert summary["status"] == "interrupted"
    assert manifest["last.ckpt"]["iteration"] == summary["iterations"] > 0


@pytest.mark.slow
def test_a_rank_that_is_still_starting_does_not_survive_the_first(tmp_path):
    process = start(tmp_path / "run", *ENDLESS, "trainer.devices=2")
    wait_for(lambda: children_of(process.pid))
    (child,) = children_of(process.pid)

    process.kill()

    process.wait()
    try:
        wait_for(lambda: not is_running(child), seconds=10)
    finally:
        if is_running(child):
            os.kill(child, signal.SIGKILL)
        process.communicate()


def scontrol(folder):
    """Put a program of this name into `folder` that notes what it is asked for."""
    folder.mkdir()
    program = folder / "scontrol"
    program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\n')
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


# Enough for Lightning to see Slurm, whose SIGUSR1 it would handle itself.
SLURM = {
    "SLURM_JOB_ID": "4711", "SLURM_NTASKS": "1", "SLURM_PROCID": "0", "SLURM_LOCALID": "0",
    "SLURM_NODEID": "0", "SLURM_JOB_NAME": "gan",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("array", "job"),
    [({}, "4711"), ({"SLURM_ARRAY_JOB_ID": "12", "SLURM_ARRAY_TASK_ID": "3"}, "12_3")],
)
def test_under_slurm_sigusr1_saves_and_requeues_the_job(tmp_path, array, job):
    environment = scontrol(tmp_path / "bin") | SLURM | array
    process = start(tmp_path / "run", *ENDLESS, **environment)
    wait_for(lambda: (tmp_path / "run" / "metrics.csv").exists())

    process.send_signal(signal.SIGUSR1)

    out, err = process.communicate(timeout=30)
    done = json.loads((tmp_path / "run" / "summary.json").read_text())["iterations"]
    assert process.returncode == 128 + signal.SIGUSR1, err
    assert f"Slurm job {job} is requeued" in out
    assert (tmp_path / "bin" / "asked").read_text() == f"requeue {job}\n"
    assert read_manifest(tmp_path / "run" / "checkpoints")["last.ckpt"]["iteration"] == done
    assert not list(tmp_path.rglob("hpc_ckpt*"))

    again = start(tmp_path / "run", f"iterations={done + 1}", *ENDLESS[1:], **environment)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert [row["iteration"] for row in read_metrics(tmp_path / "run" / "metrics.csv")] == list(
        range(1, done + 2)
    )
