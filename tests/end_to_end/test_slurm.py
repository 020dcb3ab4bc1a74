"""Runs and sweeps on a real Slurm of two machines."""

import subprocess

import pytest

from gan_lab.runs.metrics_file import read_metrics
from tests.documents import all_commands, batch_script
from tests.end_to_end.slurm import NoSlurmError, two_node_slurm
from tests.end_to_end.test_command_line import summary_of
from tests.end_to_end.test_sweeps import (
    MLP,
    assert_equal_weights,
    rows_of,
    statuses,
    sweep,
    trees,
)
from tests.processes import finish, start, wait_for_row

pytestmark = pytest.mark.slow

SMALL = ("hydra/launcher=slurm", "hydra.launcher.mem_gb=1", "hydra.launcher.cpus_per_task=1")
LONG = (*MLP, "iterations=400", "checkpoint_every=50")
# What the README's script says of machines with four GPUs, and what these here have.
SMALLER = {
    "--ntasks-per-node=4 --gpus-per-node=4": "--ntasks-per-node=1",
    "trainer.devices=4": "trainer.devices=1",
}


@pytest.fixture
def slurm():
    try:
        with two_node_slurm() as environment:
            # Results depend on the number of threads.
            yield environment | {"OMP_NUM_THREADS": "1"}
    except NoSlurmError as error:
        pytest.skip(f"no Slurm: {error}")


def readme_script():
    script = batch_script()
    for words, fewer in SMALLER.items():
        assert words in script
        script = script.replace(words, fewer)
    return script.replace("resume=auto", f"{' '.join(LONG)} resume=auto")


def started_by_slurm(*command, cwd, slurm, stdin=None):
    return subprocess.Popen(
        command, cwd=cwd, env=slurm, stdin=stdin,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def srun(*words, cwd, slurm):
    command = ["srun", "--nodes=2", "--ntasks-per-node=1", "--kill-on-bad-exit"]
    run = ["python", "-m", "gan_lab", *LONG, "trainer.num_nodes=2", *words, "hydra.run.dir=run"]
    return started_by_slurm(*command, *run, cwd=cwd, slurm=slurm)


@pytest.fixture
def on_one_machine(tmp_path, slurm):
    """Return a function that trains on two processes of one machine, and where it did."""

    def train():
        words = ["trainer.devices=2", "hydra.run.dir=one"]
        status, _, err = finish(start(*LONG, *words, cwd=tmp_path, **slurm))
        assert status == 0, err
        return tmp_path / "one"

    return train


def test_the_readmes_job_on_two_machines_is_requeued_and_is_what_one_machine_trains(
    on_one_machine, tmp_path, slurm
):
    (tmp_path / "script.sh").write_text(readme_script())
    metrics = tmp_path / "outputs" / "mine" / "metrics.csv"
    job = started_by_slurm("sbatch", "--wait", "script.sh", cwd=tmp_path, slurm=slurm)

    wait_for_row(job, metrics, at_least=6)
    subprocess.run(["scancel", "--signal=USR1", "1"], env=slurm, check=True)  # time is nearly up
    wait_for_row(job, metrics, at_least=20)
    subprocess.run(["scontrol", "requeue", "1"], env=slurm, check=True)  # as when preempted

    status, _, err = finish(job)
    log = (tmp_path / "slurm-1.out").read_text()
    assert status == 0, err + log
    assert log.count("Slurm job 1 is requeued and will go on from here.") == 1
    assert log.count("Run directory:") == 3
    assert trees(tmp_path) == ["outputs/mine"]
    assert [row["iteration"] for row in read_metrics(metrics)] == list(range(10, 401, 10))
    assert summary_of(metrics.parent)["hardware"]["processes"] == 2
    assert_equal_weights(metrics.parent, on_one_machine())


def test_two_machines_are_stopped_together_with_everything_saved(tmp_path, slurm):
    metrics = tmp_path / "run" / "metrics.csv"
    job = srun("iterations=100000", cwd=tmp_path, slurm=slurm)
    wait_for_row(job, metrics)

    subprocess.run(["scancel", "1"], env=slurm, check=True)

    status, _, err = finish(job)
    assert status == 143, err
    assert summary_of(tmp_path / "run")["status"] == "interrupted"
    assert trees(tmp_path) == ["run"]

    # Only the first process sees that the directory is taken; none is left waiting for it.
    refused, _, err = finish(srun(cwd=tmp_path, slurm=slurm))
    assert refused != 0
    assert "already holds a run" in err


def test_tasks_that_are_not_the_trainers_processes_are_refused(tmp_path, slurm):
    status, _, err = finish(srun("trainer.devices=2", cwd=tmp_path, slurm=slurm))

    assert status in (1, 143)  # Slurm ends the task that is still about to refuse
    assert "goes with 'srun --nodes=2 --ntasks-per-node=2', which is not how" in err
    assert "Traceback" not in err
    assert trees(tmp_path) == []


def test_a_sweep_on_a_cluster_is_the_one_on_this_machine(run, tmp_path, slurm):
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
    (partition,) = {line.split()[-1] for line in all_commands() if "hydra/launcher=slurm" in line}
    words = ["trainer=ddp_sim", "optimizer.lr=-0.5,0.05", partition]

    status, _, err = finish(sweep(*SMALL, *words, cwd=tmp_path, **slurm))

    assert status == 1
    assert "1 of the 2 jobs" in err
    assert statuses(tmp_path / "sweep") == ["failed", "finished"]
    assert (
        rows_of(tmp_path / "sweep")[0]["message"]
        == "optimizer.lr=-0.5 must be a number from 0 to 1,000."
    )
    assert trees(tmp_path) == ["sweep/1"]
    assert len(list((tmp_path / "sweep" / ".submitit").glob("*_[01]"))) == 2
    assert summary_of(tmp_path / "sweep" / "1")["hardware"]["processes"] == 2
    run(*MLP, "optimizer.lr=0.05", directory=tmp_path / "alone")
    assert_equal_weights(tmp_path / "sweep" / "1", tmp_path / "alone", rtol=0, atol=1e-6)


def test_a_job_that_slurm_takes_its_node_from_goes_on_when_it_has_one_again(run, tmp_path, slurm):
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher")
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
