"""A finished run on the bundled digits."""

import pytest

FAST = (
    "data=digits", "data.limit=64", "model.width=4", "model.ema=0.5", "trainer=cpu",
    "iterations=4", "batch_size=8", "log_every=2", "samples_every=2", "checkpoint_every=2",
)  # fmt: skip


@pytest.fixture
def finished(run):
    outcome = run(*FAST)
    assert outcome.status == 0, outcome.err
    return outcome.directory
