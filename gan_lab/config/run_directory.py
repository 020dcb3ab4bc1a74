"""Where a run, or a sweep, keeps its files, as conf/config.yaml asks for it.

In a module of its own, since launchers send it to other processes, which import it there.
"""

import functools
import itertools
import os
from pathlib import Path

from omegaconf import OmegaConf

# What tells a process which of several it is: on its machine, or among all.
RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")


def run_directory(task: str, ckpt: str | None, fresh: str) -> str:
    """Return where a run keeps its files: a checkpoint's training goes on in its own directory.

    Of several processes that torchrun or Slurm started, the first one keeps the files of all.
    """
    if task != "train":
        return "."
    is_path = ckpt and "://" not in ckpt  # an address of the web is refused later
    if is_path and Path(ckpt).absolute().parent.name == "checkpoints":
        return str(Path(ckpt).absolute().parents[1])
    follows = any(os.environ.get(name, "0") != "0" for name in RANKS)
    return "." if follows else own_directory(fresh)


@functools.cache  # Hydra asks several times.
def own_directory(directory: str) -> str:
    """Return `directory`, made now; with a number behind it if another command has it already.

    Making it is what makes it one's own: of commands that begin in the same second, each looks for
    a free name before any of them uses one.
    """
    for number in itertools.count(1):
        name = directory if number == 1 else f"{directory}-{number}"
        try:
            Path(name).mkdir(parents=True)
        except OSError:
            if os.path.lexists(name):
                continue
            # Hydra meets the same error, which is explained there.
        return name


def register() -> None:
    """Let the configuration of a new command say `${run_directory:...}`, `${own_directory:...}`."""
    own_directory.cache_clear()
    OmegaConf.register_new_resolver("run_directory", run_directory, replace=True)
    # Cached in the configuration too, which goes along to the processes of a sweep's jobs.
    OmegaConf.register_new_resolver("own_directory", own_directory, replace=True, use_cache=True)
