"""Numbers of processes that do not go together are refused; real ones are started in end_to_end."""

import pytest

from gan_lab.errors import ConfigError
from gan_lab.machine.launched_processes import check_launched

TORCHRUN = {"TORCHELASTIC_RUN_ID": "none", "GROUP_WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "4"}
SRUN = {
    "SLURM_NTASKS": "8", "SLURM_STEP_TASKS_PER_NODE": "4(x2)", "SLURM_NTASKS_PER_NODE": "4",
}  # fmt: skip
ONE_TASK = {"SLURM_NTASKS": "1", "SLURM_STEP_TASKS_PER_NODE": "1", "SLURM_NTASKS_PER_NODE": "4"}
BATCH_SCRIPT = {"SLURM_NTASKS": "8", "SLURM_NTASKS_PER_NODE": "4"}


@pytest.fixture
def started(monkeypatch):
    """Return a function that sets what the launchers tell the processes that they start."""
    for name in {"NODE_RANK", "SLURM_JOB_NAME", *TORCHRUN, *SRUN}:
        monkeypatch.delenv(name, raising=False)

    def tell(variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return tell


@pytest.mark.parametrize(
    ("variables", "num_nodes", "devices"),
    [
        (TORCHRUN, 2, 4),
        (SRUN, 2, 4),
        (SRUN | TORCHRUN, 2, 4),
        (SRUN | {"SLURM_STEP_TASKS_PER_NODE": "4"}, 1, 4),
        (ONE_TASK, 1, 1),
        (BATCH_SCRIPT, 1, 1),
        (BATCH_SCRIPT | {"SLURM_JOB_NAME": "interactive"}, 1, 4),
        ({}, 1, 4),
        ({"NODE_RANK": "1"}, 2, 4),
    ],
)
def test_numbers_that_go_together_pass(started, variables, num_nodes, devices):
    started(variables)

    check_launched(num_nodes, devices)


@pytest.mark.parametrize(
    ("variables", "num_nodes", "devices", "how"),
    [
        (TORCHRUN, 1, 4, "torchrun --nnodes=1 --nproc-per-node=4"),
        (TORCHRUN, 2, 1, "torchrun --nnodes=2 --nproc-per-node=1"),
        ({}, 2, 4, "torchrun --nnodes=2 --nproc-per-node=4"),
        (SRUN, 1, 1, "srun --nodes=1 --ntasks-per-node=1"),
        (SRUN, 4, 2, "srun --nodes=4 --ntasks-per-node=2"),
        (SRUN | {"SLURM_STEP_TASKS_PER_NODE": "5,3"}, 2, 4, "srun --nodes=2 --ntasks-per-node=4"),
        (ONE_TASK, 1, 4, "srun --nodes=1 --ntasks-per-node=4"),
        (BATCH_SCRIPT, 2, 4, "srun --nodes=2 --ntasks-per-node=4"),
    ],
)
def test_others_are_refused_with_the_launcher_that_starts_them(
    started, variables, num_nodes, devices, how
):
    started(variables)

    with pytest.raises(ConfigError, match=f"devices={devices} goes with '{how}', which"):
        check_launched(num_nodes, devices)


def test_tasks_that_slurm_was_not_told_for_each_node_are_refused(started, monkeypatch):
    started(SRUN)
    monkeypatch.delenv("SLURM_NTASKS_PER_NODE")

    with pytest.raises(ConfigError, match="--ntasks-per-node=4"):
        check_launched(2, 4)
