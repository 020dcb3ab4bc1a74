"""What a job of a sweep is given."""

import os

import pytest
from omegaconf import OmegaConf

from gan_lab.runs.sweep_results import SweepResults
from gan_lab.sweep import _objective, threads_of_a_job

JOBLIB = "hydra_plugins.hydra_joblib_launcher.joblib_launcher.JoblibLauncher"
LOCAL = "hydra_plugins.hydra_submitit_launcher.submitit_launcher.LocalLauncher"
SLURM = "hydra_plugins.hydra_submitit_launcher.submitit_launcher.SlurmLauncher"
BASIC = "hydra._internal.core_plugins.basic_launcher.BasicLauncher"


@pytest.mark.parametrize(
    ("launcher", "devices", "threads"),
    [
        ({"_target_": BASIC}, "auto", None),
        ({"_target_": JOBLIB, "n_jobs": 2}, "auto", 4),
        ({"_target_": JOBLIB, "n_jobs": 2}, 2, 2),
        ({"_target_": JOBLIB, "n_jobs": 100}, 1, 1),
        ({"_target_": JOBLIB, "n_jobs": -1}, 1, 1),
        ({"_target_": JOBLIB, "n_jobs": -7}, 1, 4),
        ({"_target_": LOCAL}, 1, 1),
    ],
)
def test_jobs_side_by_side_share_the_cores(monkeypatch, launcher, devices, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)

    assert threads_of_a_job(OmegaConf.create(launcher), devices) == threads


def test_a_job_on_a_cluster_has_the_cores_it_was_given(monkeypatch):
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "6")

    assert threads_of_a_job(OmegaConf.create({"_target_": SLURM}), 3) == 2


def test_a_search_goes_on_beside_a_job_whose_summary_is_damaged(tmp_path, capsys):
    results = SweepResults(tmp_path)
    directory = results.claim(["seed=0"], 0)
    directory.mkdir()
    (directory / "summary.json").write_text('{"metrics": {"fid": "x"}}')
    results.record(directory, "finished")

    assert _objective("fid", directory, results) is None
    assert "job 0: its summary.json has a metrics that is a word" in capsys.readouterr().err
    results.path.write_text("")
    assert _objective("fid", directory, results) is None


@pytest.mark.parametrize(
    "name", [".lock", ".results.lock", "multirun.yaml", "optimization_results.yaml"]
)
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("../precious")])
def test_a_sweep_writes_through_no_link_and_waits_for_no_pipe(run, tmp_path, name, make):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "sweep").mkdir()
    make(tmp_path / "sweep" / name)

    outcome = run("-m", "seed=0", f"hydra.sweep.dir={tmp_path / 'sweep'}", directory=None)

    assert outcome.status == 1
    assert f"{name} is a " in outcome.err
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, lambda path: path.symlink_to("../empty"), lambda path: path.write_text("mine")],
)
def test_a_sweep_in_which_a_job_would_lie_elsewhere_is_refused(run, tmp_path, make):
    (tmp_path / "empty").mkdir()
    (tmp_path / "sweep").mkdir()
    make(tmp_path / "sweep" / "3")

    outcome = run("-m", "seed=0,1", f"hydra.sweep.dir={tmp_path / 'sweep'}", directory=None)

    assert outcome.status == 1
    assert outcome.err.startswith(f"gan_lab: hydra.sweep.dir={tmp_path / 'sweep'} cannot be")
    assert "3 is a" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not any((tmp_path / "empty").iterdir())
