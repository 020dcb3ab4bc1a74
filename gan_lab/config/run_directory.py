"""Where a run keeps its files, as conf/config.yaml asks for it.

In a module of its own, since launchers send it to other processes, which import it there.
"""

import functools
import itertools
import os
from pathlib import Path

from omegaconf import OmegaConf


def run_directory(task: str, ckpt: str | None, fresh: str) -> str:
    """Return where a run keeps its files: a checkpoint's training goes on in its own directory.

    Of several processes that torchrun or Slurm started, the first one keeps the files of all.
    """
    if task != "train":
        return "."
    is_path = ckpt and "://" not in ckpt  # an address of the web is refused later
    if is_path and Path(ckpt).absolute().parent.name == "checkpoints":
        return str(Path(ckpt).absolute().parents[1])
    follows = any(os.environ.get(name, "0") != "0" for name in ("RANK", "SLURM_PROCID"))
    return "." if follows else _unused(fresh)


@functools.cache  # Hydra asks several times, and has made the directory in between.
def _unused(directory: str) -> str:
    """Return `directory`, with a number behind it if another run began in the same second."""
    names = (directory if n == 1 else f"{directory}-{n}" for n in itertools.count(1))
    return next(name for name in names if not Path(name).exists())


def register() -> None:
    """Let the configuration say `${run_directory:...}`."""
    OmegaConf.register_new_resolver("run_directory", run_directory, replace=True)
