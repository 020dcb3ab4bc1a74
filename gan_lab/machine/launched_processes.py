"""Processes that torchrun or Slurm has started must be those that the trainer counts on.

Otherwise it would wait for some that never come, or each would train a GAN of its own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lightning.pytorch.plugins.environments import SLURMEnvironment

from gan_lab.errors import ConfigError

_is_guest = False


@contextmanager
def within_a_program() -> Iterator[None]:
    """Let no further processes be started in the body: they would start somebody's own program."""
    global _is_guest
    before, _is_guest = _is_guest, True
    try:
        yield
    finally:
        _is_guest = before


def check_launched(num_nodes: int, devices: int) -> None:
    """Refuse to run in other numbers of machines and processes than the command was started in.

    Args:
        num_nodes: machines.
        devices: processes on each.

    Raises:
        ConfigError: says how to start it.
    """
    if _is_guest and num_nodes * devices > 1:
        raise ConfigError(
            f"trainer.num_nodes={num_nodes} with trainer.devices={devices} needs further "
            f"processes, which only a command starts: type it as python -m gan_lab, or choose "
            f"trainer.devices=1."
        )
    torchrun = f"torchrun --nnodes={num_nodes} --nproc-per-node={devices}"
    if "TORCHELASTIC_RUN_ID" in os.environ:
        how, fits = torchrun, _fits_torchrun(num_nodes, devices)
    elif SLURMEnvironment.detect():
        how = f"srun --nodes={num_nodes} --ntasks-per-node={devices}"
        fits = _fits_slurm(num_nodes, devices)
    else:
        # Lightning starts the processes of this machine; another one's have to know their place.
        how, fits = torchrun, num_nodes == 1 or "NODE_RANK" in os.environ
    if not fits:
        raise ConfigError(
            f"trainer.num_nodes={num_nodes} with trainer.devices={devices} goes with '{how}', "
            f"which is not how this command was started."
        )


def _fits_torchrun(num_nodes: int, devices: int) -> bool:
    started = (os.environ["GROUP_WORLD_SIZE"], os.environ["LOCAL_WORLD_SIZE"])
    return started == (str(num_nodes), str(devices))


def _fits_slurm(num_nodes: int, devices: int) -> bool:
    wanted = f"{devices}(x{num_nodes})" if num_nodes > 1 else str(devices)
    # A batch script runs once, whatever number of tasks srun would start from it.
    if os.environ.get("SLURM_STEP_TASKS_PER_NODE", "1") != wanted:
        return False
    # Lightning asks for this one, which --ntasks does not set.
    return wanted == "1" or os.environ.get("SLURM_NTASKS_PER_NODE") == str(devices)
