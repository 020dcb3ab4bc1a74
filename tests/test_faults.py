"""Faults happen where and when they are asked for, and nowhere else."""

import os
import signal
import subprocess
import sys

import pytest

from gan_lab import faults

THREE_MOMENTS = """
from gan_lab import faults
for number in range(3):
    faults.moment("other")
    faults.moment("this")
    print(number, flush=True)
"""


def printed_with(fault):
    done = subprocess.run(
        [sys.executable, "-c", THREE_MOMENTS],
        env=os.environ | {"GAN_LAB_FAULT": fault},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize("turn", [1, 3])
def test_the_process_is_killed_when_it_passes_the_moment_for_the_nth_time(turn):
    assert printed_with(f"this:{turn}") == (-signal.SIGKILL, ["0", "1", "2"][: turn - 1])


@pytest.mark.parametrize("fault", ["this:4", "nowhere:1"])
def test_a_moment_that_does_not_come_kills_nothing(fault):
    assert printed_with(fault) == (0, ["0", "1", "2"])


def test_without_the_variable_nothing_happens(monkeypatch, tmp_path):
    monkeypatch.delenv("GAN_LAB_FAULT", raising=False)
    with (tmp_path / "file").open("w") as file:
        faults.moment("this")
        faults.half_written("this", file, "text")

    assert (tmp_path / "file").read_text() == ""


def test_half_a_text_is_on_disk_when_the_process_dies(tmp_path):
    code = (
        "from gan_lab import faults\n"
        "with open('file', 'w') as file: faults.half_written('this', file, 'abcd')"
    )
    environment = os.environ | {"GAN_LAB_FAULT": "this:1"}

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False)

    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "file").read_text() == "ab"
