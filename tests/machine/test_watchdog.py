"""A further process of a run does not outlive the first one."""

import os
import signal
import subprocess
import sys

from gan_lab.machine.watchdog import FIRST, end_with_the_first_process

# Says that it watches, and waits for what never comes.
WATCHING = (
    "import threading; from gan_lab.machine.watchdog import end_with_the_first_process as watch;"
    "watch(); print('watching', flush=True); threading.Event().wait()"
)


def watching(**environment):
    return subprocess.Popen(
        [sys.executable, "-c", WATCHING],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_process_whose_first_one_is_gone_ends_itself():
    other_than_its_parent = str(os.getpid() + 1)

    with watching(LOCAL_RANK="1", **{FIRST: other_than_its_parent}) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL


def test_a_process_stays_while_the_first_one_lives():
    with watching(LOCAL_RANK="1", **{FIRST: str(os.getpid())}) as process:
        assert process.stdout.readline() == "watching\n"
        assert process.poll() is None
        process.kill()


def test_the_first_process_says_who_it_is(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setenv(FIRST, "1")

    end_with_the_first_process()

    assert os.environ[FIRST] == str(os.getpid())
