"""Requeueing where that cannot work; that it works is tested in end_to_end/test_signals.py."""

import signal

import pytest

from gan_lab.machine.slurm import is_warned, requeue


@pytest.fixture(autouse=True)
def job(monkeypatch, tmp_path):
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    monkeypatch.delenv("SLURM_ARRAY_JOB_ID", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_only_sigusr1_and_only_under_slurm_is_slurms_warning(monkeypatch):
    assert is_warned(signal.SIGUSR1)
    assert not is_warned(signal.SIGTERM)

    monkeypatch.delenv("SLURM_JOB_ID")
    assert not is_warned(signal.SIGUSR1)


def test_without_scontrol_it_says_so():
    assert requeue() == "Slurm job 4711 cannot be requeued from here: there is no scontrol."


def test_a_refusal_is_passed_on(tmp_path):
    (tmp_path / "scontrol").write_text("#!/bin/sh\necho 'Invalid job id' >&2; exit 1\n")
    (tmp_path / "scontrol").chmod(0o755)

    assert requeue() == "Slurm job 4711 is not requeued: Invalid job id"
