"""Signals to a sweep whose jobs belong to workers, and to the workers themselves."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gan_lab import sweep_signals
from gan_lab.machine.child_process import SIGNALS
from gan_lab.runs.sweep_results import SweepResults
from gan_lab.sweep_signals import end_if_stopped, remember_signals, stop_here, tell_workers

# A sweep of one worker, which claims a job, or holds one that was claimed before, and says so. Told
# to stop it says that too, and then does what the test wants of it; it never outlives its parent.
SWEEP = """
import multiprocessing, os, signal, sys, time
from pathlib import Path
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.sweep_results import SweepResults
from gan_lab.sweep_signals import tell_workers

root, before, after = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup

def work(parent):
    global results
    results, told = SweepResults(root), []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: told.append(number))
    exec(before)
    print("ready", flush=True)
    while not told and os.getppid() == parent:
        time.sleep(0.01)
    print("told", int(told[0]) if told else None, flush=True)
    exec(after)
    while os.getppid() == parent:
        time.sleep(0.01)

worker = multiprocessing.get_context("fork").Process(target=work, args=(os.getpid(),), daemon=True)
tell_workers(root)
try:
    worker.start()  # the worker may be ready, and the signal come, before this returns
    time.sleep(20)
except SystemExit as end:
    os._exit(end.code)  # as joblib leaves: without waiting for workers
"""
CLAIM = "results.claim(['seed=0'], 0)"
SAVE = "time.sleep(0.4); (root / 'saved').touch(); results.record(root / '0', 'interrupted')"


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """Let no handler and no memory of a signal outlast its test."""
    monkeypatch.setattr(sweep_signals, "_received", None)
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a sweep and waits for its worker to be at work."""
    started = []

    def start_sweep(before, after):
        process = subprocess.Popen(
            [sys.executable, "-c", SWEEP, tmp_path, before, after],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start_sweep
    for process in started:
        process.kill()
        process.communicate()


def send(number):
    os.kill(os.getpid(), number)
    time.sleep(0.01)  # another thread may take the signal: let Python notice it


@pytest.mark.parametrize("number", SIGNALS)
def test_a_worker_gets_the_signal_and_the_time_to_save(start, tmp_path, number):
    sweep = start(CLAIM, SAVE)

    sweep.send_signal(number)

    assert sweep.wait(20) == 128 + number
    assert (tmp_path / "saved").exists()
    assert sweep.stdout.readline() == f"told {int(number)}\n"


def test_a_second_signal_ends_a_sweep_at_once_and_a_connection_that_breaks_again_does_not(start):
    sweep = start(CLAIM, "")
    sweep.send_signal(signal.SIGTERM)
    assert sweep.stdout.readline() == "told 15\n"

    sweep.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        sweep.wait(0.4)
    sweep.send_signal(signal.SIGINT)

    assert sweep.wait(20) == -signal.SIGINT


def test_a_worker_without_a_job_is_not_awaited(start):
    sweep = start("", "")

    sweep.send_signal(signal.SIGTERM)

    assert sweep.wait(20) == 128 + signal.SIGTERM


def test_a_worker_that_is_dead_is_not_awaited_whatever_its_row_says(start, tmp_path):
    sweep = start(CLAIM, "os._exit(1)")

    sweep.send_signal(signal.SIGTERM)

    assert sweep.wait(20) == 128 + signal.SIGTERM
    assert SweepResults(tmp_path).rows()[0]["status"] == "running"


def test_a_job_left_over_from_a_sweep_that_was_killed_is_not_awaited(start, tmp_path):
    SweepResults(tmp_path).claim(["seed=9"], 9)
    sweep = start("", "")

    sweep.send_signal(signal.SIGTERM)

    assert sweep.wait(20) == 128 + signal.SIGTERM


def test_a_job_left_over_that_is_at_work_again_is_awaited(start, tmp_path):
    SweepResults(tmp_path).claim(["seed=9"], 9)
    sweep = start(
        "global job; job = RunDirectory(root / '9'); job.open(new=True)",
        "time.sleep(0.4); (root / 'saved').touch(); job.close()",
    )

    sweep.send_signal(signal.SIGTERM)

    assert sweep.wait(20) == 128 + signal.SIGTERM
    assert (tmp_path / "saved").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_sweep_without_workers_ends_with_the_number_of_the_signal(tmp_path, number):
    tell_workers(tmp_path)

    with pytest.raises(SystemExit) as end:
        send(number)

    assert end.value.code == 128 + number


@pytest.mark.parametrize("number", SIGNALS)
def test_a_worker_without_a_job_notes_a_signal_and_leaves_at_the_next_chance(number):
    remember_signals()
    end_if_stopped()

    send(number)

    with pytest.raises(SystemExit) as end:
        end_if_stopped()
    assert end.value.code == 128 + number


def test_nothing_ends_that_was_not_told_to():
    end_if_stopped()
    stop_here(signal.SIGINT)

    with pytest.raises(SystemExit, match="130"):
        end_if_stopped()


def test_a_worker_that_has_been_stopped_listens_to_no_further_signal():
    before = signal.getsignal(signal.SIGTERM)
    stop_here(signal.SIGINT)

    remember_signals()

    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("listen", [lambda root: remember_signals(), tell_workers])
def test_under_nohup_a_broken_connection_stays_unheard(tmp_path, listen):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    listen(tmp_path)
    send(signal.SIGHUP)

    end_if_stopped()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
