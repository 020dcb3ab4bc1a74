"""hydra/launcher=slurm on a real Slurm."""

import subprocess

import pytest

from tests.end_to_end.slurm import NoSlurmError, one_node_slurm
from tests.end_to_end.test_command_line import finish, summary_of, wait_for_row
from tests.end_to_end.test_readme import commands
from tests.end_to_end.test_sweeps import (
    MLP,
    assert_equal_weights,
    rows_of,
    statuses,
    sweep,
    trees,
)

SMALL = ("hydra/launcher=slurm", "hydra.launcher.mem_gb=1", "hydra.launcher.cpus_per_task=1")


@pytest.fixture
def slurm():
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    try:
        with one_node_slurm() as environment:
            yield environment
    except NoSlurmError as error:
        pytest.skip(f"no Slurm: {error}")


@pytest.mark.slow
def test_a_sweep_on_a_cluster_is_the_one_on_this_machine(run, tmp_path, slurm):
    (readme,) = (line for line in commands() if "hydra/launcher=slurm" in line)
    partition = readme.split()[-1]
    words = ["trainer=ddp_sim", "optimizer.lr=-0.5,0.05", partition]

    status, _, err = finish(sweep(*SMALL, *words, cwd=tmp_path, **slurm))

    assert status == 1
    assert "1 of the 2 jobs" in err
    assert statuses(tmp_path / "sweep") == ["failed", "finished"]
    assert rows_of(tmp_path / "sweep")[0]["message"] == "optimizer: Invalid learning rate: -0.5."
    assert trees(tmp_path) == ["sweep/1"]
    assert len(list((tmp_path / "sweep" / ".submitit").glob("*_[01]"))) == 2
    assert summary_of(tmp_path / "sweep" / "1")["hardware"]["processes"] == 2
    run(*MLP, "optimizer.lr=0.05", directory=tmp_path / "alone")
    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone", rtol=0, atol=1e-6)


@pytest.mark.slow
def test_a_job_that_slurm_takes_its_node_from_goes_on_when_it_has_one_again(run, tmp_path, slurm):
    job = sweep(*SMALL, "seed=5", "iterations=400", "checkpoint_every=50", cwd=tmp_path, **slurm)
    wait_for_row(job, tmp_path / "sweep" / "0" / "metrics.csv", at_least=6)

    subprocess.run(["scancel", "--signal=USR2", "1"], env=slurm, check=True)

    status, _, err = finish(job)
    assert status == 0, err
    assert statuses(tmp_path / "sweep") == ["finished"]
    assert trees(tmp_path) == ["sweep/0"]
    (log,) = (tmp_path / "sweep" / ".submitit").rglob("*_log.out")
    assert log.read_text().count("Run directory:") == 2
    run(*MLP, "seed=5", "iterations=400", directory=tmp_path / "whole")
    assert_equal_weights(tmp_path / "sweep" / "0", tmp_path / "whole")
