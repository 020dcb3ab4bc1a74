"""The further processes of a run: which one ended too early, and what a broken exchange is."""

import subprocess
import sys

import pytest
from lightning.fabric.plugins.environments import LightningEnvironment
from torch import distributed

from gan_lab.training.process_launcher import Processes, is_broken_exchange, why_broken


@pytest.fixture
def processes():
    """Return a function that starts one process for each piece of code."""
    started = []

    def start(*codes):
        launcher = Processes(LightningEnvironment(), len(codes) + 1, 1)
        launcher.procs = [subprocess.Popen([sys.executable, "-c", code]) for code in codes]
        started.extend(launcher.procs)
        return launcher

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_one_that_was_killed_is_named(processes):
    launcher = processes("import time; time.sleep(600)", "import os; os.kill(os.getpid(), 9)")
    launcher.procs[1].wait()

    assert launcher.how_one_ended() == "Process 3 of 3 was killed by signal 9"
    assert why_broken(launcher) == "Process 3 of 3 was killed by signal 9"


def test_one_that_failed_is_named(processes):
    launcher = processes("exit(3)")

    assert why_broken(launcher) == "Process 2 of 2 was over with status 3"


def test_those_that_go_on_or_have_finished_are_not(processes):
    launcher = processes("import time; time.sleep(600)", "pass")
    launcher.procs[1].wait()

    assert launcher.how_one_ended() is None


def test_those_that_are_left_are_ended(processes):
    launcher = processes("import time; time.sleep(600)")

    launcher.end()

    assert launcher.procs[0].wait(timeout=20) == -9


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(
            "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:538] Connection closed"
        ),
        RuntimeError("Connection closed by peer [127.0.0.1]:33570"),
        RuntimeError("NCCL communicator was aborted on rank 1."),
        distributed.DistBackendError("unhandled system error"),
    ],
    ids=str,
)
def test_the_words_of_a_broken_exchange_are_known(error):
    assert is_broken_exchange(error)


@pytest.mark.parametrize(
    "error", [RuntimeError("shapes do not match"), ValueError("gloo"), MemoryError()], ids=repr
)
def test_other_errors_are_not_taken_for_one(error):
    assert not is_broken_exchange(error)
