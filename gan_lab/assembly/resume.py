"""resume=auto: the same command starts a run, continues it, and says when it is done."""

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from lightning.pytorch.utilities import rank_zero_warn
from omegaconf import DictConfig, OmegaConf

from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.runs.checkpoints import newest_whole
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.summary import read_summary


def find_checkpoint(config: DictConfig, directory: RunDirectory) -> str | None:
    """Return the checkpoint of this very run to continue, or None to begin it.

    Raises:
        ConfigError: the command gets another directory each time, or names a checkpoint itself.
        CheckpointError: there were checkpoints, but none can be used.
    """
    if config.ckpt:
        raise ConfigError("resume=auto finds the checkpoint itself; leave out resume= or ckpt=.")
    if not _directory_stays_the_same():
        raise ConfigError(
            "resume=auto needs a directory that is the same next time; add one, as in "
            "hydra.run.dir=outputs/mine (of a sweep: hydra.sweep.dir)."
        )
    path, damaged = newest_whole(directory.checkpoints)
    if path is None and read_summary(directory.summary)[0].get("status") == "finished":
        raise CheckpointError(
            f"hydra.run.dir={directory.root} holds a finished run without its checkpoints. "
            f"Name another directory."
        )
    if path is None:
        return None
    for other in damaged:
        rank_zero_warn(f"{other} is damaged, so the run continues from {path}.")
    return str(path)


def _directory_stays_the_same() -> bool:
    hydra = HydraConfig.get()
    group = hydra.sweep if hydra.mode == RunMode.MULTIRUN else hydra.run
    return "${now:" not in OmegaConf.to_container(group, resolve=False)["dir"]
