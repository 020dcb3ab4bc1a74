"""Commands that begin in the same second: each has a directory of its own, and none is refused."""

import pytest

from tests.end_to_end.test_command_line import DIGITS, summary_of
from tests.processes import finish, start

RUN = (*DIGITS, "iterations=2", "evaluation=none", "trainer.enable_progress_bar=false")
# What conf/config.yaml asks for by default, with a clock that stands still.
RUNS = "hydra.run.dir=${own_directory:outputs/noon}"
SWEEPS = "hydra.sweep.dir=${own_directory:multirun/noon}"


@pytest.mark.slow
def test_runs_on_one_and_on_two_processes(tmp_path):
    devices = (1, 2, 1)
    runs = [start(*RUN, RUNS, f"trainer.devices={n}", cwd=tmp_path) for n in devices]

    for run in runs:
        status, out, err = finish(run)
        assert status == 0, err
        assert out.count("Run directory:") == 1

    names = ("noon", "noon-2", "noon-3")
    assert {path.name for path in (tmp_path / "outputs").iterdir()} == set(names)
    processes = [summary_of(tmp_path / "outputs" / name)["hardware"]["processes"] for name in names]
    assert sorted(processes) == [1, 1, 2]


@pytest.mark.slow
def test_sweeps_one_after_the_other_and_side_by_side(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    side_by_side = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    sweeps = [
        start("-m", *RUN, SWEEPS, *launcher, "seed=1,2", cwd=tmp_path)
        for launcher in ((), side_by_side)
    ]

    for sweep in sweeps:
        status, _, err = finish(sweep)
        assert status == 0, err

    for name in ("noon", "noon-2"):
        for job in ("0", "1"):
            assert summary_of(tmp_path / "multirun" / name / job)["status"] == "finished"
    assert {path.name for path in (tmp_path / "multirun").iterdir()} == {"noon", "noon-2"}
