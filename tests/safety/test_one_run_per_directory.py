"""Two runs told to use the same directory: the second is refused, until the first has ended."""

import os
import signal

import pytest

from gan_lab.runs.directory import RunDirectory
from tests.safety.conftest import FAST


@pytest.fixture
def occupied(tmp_path):
    """Return a run directory that another process holds, and that process's number."""
    root = tmp_path / "run"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        directory = RunDirectory(root)
        directory.open(new=True)
        os.write(writing, b"!")
        signal.pause()
    assert os.read(reading, 1) == b"!"
    yield root, child
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)


def test_the_second_run_is_refused_and_changes_nothing(run, occupied):
    root, _ = occupied

    refused = run(*FAST, "iterations=1", directory=root)

    assert refused.status == 1
    assert refused.err == (
        f"gan_lab: hydra.run.dir={root} is in use by another process. Wait for its end, or name "
        f"another directory.\n"
    )
    assert not [path for path in root.rglob("*") if path.is_file() and path.name != ".lock"]


def test_a_killed_run_keeps_nobody_out(run, tmp_path):
    child = os.fork()
    if child == 0:
        directory = RunDirectory(tmp_path / "run")
        directory.open(new=True)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)

    assert run(*FAST, "iterations=1").status == 0
