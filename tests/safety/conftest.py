"""A checkpoint that gan_lab itself has written, and folders in which gadgets would work."""

from pathlib import Path

import pytest

from tests.safety.gadgets import Trap

FAST = (
    "data=digits", "data.limit=16", "model.width=2", "trainer=cpu", "trainer.precision=32-true",
    "batch_size=8", "evaluation=none",
)  # fmt: skip


@pytest.fixture(scope="session")
def honest(trained) -> Path:
    """Return the last checkpoint of a run of two iterations."""
    return trained(*FAST, "iterations=2") / "checkpoints" / "last.ckpt"


@pytest.fixture
def trap(tmp_path) -> Trap:
    """Return a folder in which every gadget would leave a canary."""
    return Trap.set_in(tmp_path / "trap")
