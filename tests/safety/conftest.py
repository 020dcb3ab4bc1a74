"""A checkpoint that gan_lab itself has written, and folders in which gadgets would work."""

import sys
from pathlib import Path

import pytest

from gan_lab import command_line
from tests.safety.gadgets import Trap

FAST = (
    "data=digits", "data.limit=16", "model.width=2", "trainer=cpu", "trainer.precision=32-true",
    "batch_size=8", "evaluation=none",
)  # fmt: skip


@pytest.fixture(scope="session")
def honest(tmp_path_factory) -> Path:
    """Return the last checkpoint of a run of two iterations."""
    directory = tmp_path_factory.mktemp("honest") / "run"
    words = [*FAST, "iterations=2", f"hydra.run.dir={directory}"]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sys, "argv", ["gan_lab", *words])
        command_line.main()
    return directory / "checkpoints" / "last.ckpt"


@pytest.fixture
def trap(tmp_path) -> Trap:
    """Return a folder in which every gadget would leave a canary."""
    return Trap.set_in(tmp_path / "trap")
