"""The Lightning Trainer for the hardware that the configuration asks for."""

import logging
import warnings
from collections.abc import Sequence

import torch
from lightning import Trainer
from lightning.pytorch.loggers import Logger
from lightning.pytorch.profilers import AdvancedProfiler, Profiler, SimpleProfiler
from omegaconf import DictConfig

from gan_lab.callbacks.checkpoints import DurableCheckpointIO
from gan_lab.errors import ConfigError
from gan_lab.machine import processor
from gan_lab.machine.launched_processes import check_launched
from gan_lab.plurals import counted
from gan_lab.runs.directory import RunDirectory
from gan_lab.training.batch_norm import SynchroniseBatchNorm
from gan_lab.training.ddp_strategy import PerPlayerDDPStrategy
from gan_lab.training.half_precision import HalfPrecision
from gan_lab.training.unprofiled import Unprofiled


def build_trainer(
    config: DictConfig,
    directory: RunDirectory,
    loggers: Sequence[Logger],
    players: int,
    *,
    gains_by_bfloat16: bool = True,
) -> Trainer:
    """Return a Trainer whose length is that of its loader, and which writes nothing of its own.

    Args:
        config: the group `trainer`.
        directory: of the run, for profiles.
        loggers: besides metrics.csv.
        players: of the algorithm.
        gains_by_bfloat16: whether its networks are faster so, where the hardware is.

    Raises:
        ConfigError: this machine does not have what `config` asks for, or the command was started
            in other processes.
    """
    silence_lightning()
    accelerator = choose_accelerator(config.accelerator)
    devices = choose_devices(config.devices, accelerator)
    on_each = devices if isinstance(devices, int) else len(devices)
    check_launched(config.num_nodes, on_each)
    processes = config.num_nodes * on_each
    precision = choose_precision(config.precision, accelerator, gains_by_bfloat16)
    in_half = precision == "16-mixed"
    plugins = [DurableCheckpointIO()]
    if in_half:
        plugins.append(HalfPrecision(accelerator, players))
    if config.sync_batchnorm and processes > 1:
        plugins.append(SynchroniseBatchNorm())
    return Trainer(
        accelerator=accelerator,
        devices=devices,
        num_nodes=config.num_nodes,
        strategy=PerPlayerDDPStrategy() if processes > 1 else "auto",
        precision=None if in_half else precision,
        deterministic=config.deterministic,
        detect_anomaly=config.detect_anomaly,
        profiler=choose_profiler(config.profiler, directory),
        logger=list(loggers),
        plugins=plugins,
        default_root_dir=directory.root,
        max_epochs=1,
        use_distributed_sampler=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        log_every_n_steps=1,
    )


def silence_lightning() -> None:
    """Keep Lightning's advice out of the output: gan_lab says itself what runs where."""
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Lightning 2.6 asks torch 2.13 for a name that is to go.
    warnings.filterwarnings("ignore", message=r".*isinstance\(treespec, LeafSpec\).*")
    # On a cluster's login node, and in the jobs of a sweep, srun is rightly not used.
    warnings.filterwarnings("ignore", message=r".*`srun` command is available.*")


def choose_accelerator(asked: str) -> str:
    """Return cuda, mps or cpu.

    Raises:
        ConfigError: a GPU is asked for where there is none.
    """
    available = [
        name
        for name, found in (
            ("cuda", torch.cuda.is_available()),
            ("mps", torch.backends.mps.is_available()),
        )
        if found
    ]
    if asked == "cpu" or (asked == "auto" and not available):
        return "cpu"
    wanted = (
        available if asked in ("auto", "gpu") else [name for name in available if name == asked]
    )
    if not wanted:
        raise ConfigError(
            f"trainer.accelerator={asked}, but torch sees no such device on this machine. "
            f"Use trainer=auto or trainer=cpu."
        )
    return wanted[0]


def choose_devices(asked: object, accelerator: str) -> int | list[int]:
    """Return how many devices, or which ones.

    Raises:
        ConfigError: there are not so many, or `asked` is no number, list or `auto`.
    """
    visible = torch.cuda.device_count() if accelerator == "cuda" else 1
    if asked in ("auto", -1):
        return visible
    which = list(asked) if isinstance(asked, Sequence) and not isinstance(asked, str) else asked
    is_count = isinstance(which, int) and not isinstance(which, bool) and which >= 1
    is_list = isinstance(which, list) and which and all(isinstance(i, int) for i in which)
    if not (is_count or (is_list and accelerator == "cuda")):
        raise ConfigError(
            f"trainer.devices={asked} must be a number from 1 on, or auto, or on GPUs a list "
            f"such as [0, 2]."
        )
    enough = max(which) < visible if is_list else which <= visible
    # Without a GPU the devices are processes, of which there can be any number.
    if accelerator != "cpu" and not enough:
        raise ConfigError(
            f"trainer.devices={asked}, but this machine has {counted(visible, 'visible GPU')}. Use "
            f"trainer.devices={visible} or trainer.devices=auto."
        )
    return which


def choose_precision(asked: str, accelerator: str, gains_by_bfloat16: bool = True) -> str:
    """Return what `asked` names; for `auto` bf16-mixed where bfloat16 is faster than float32.

    That is on GPUs of compute capability 8 and up, and on some processors, unless networks say that
    they do not gain by it.
    """
    if asked != "auto":
        return asked
    if not gains_by_bfloat16:
        return "32-true"
    if accelerator == "cuda":
        fast = torch.cuda.get_device_capability() >= (8, 0)
    elif accelerator == "cpu":
        fast = processor.multiplies_bfloat16_fast()
    else:
        fast = False
    return "bf16-mixed" if fast else "32-true"


def choose_profiler(asked: str | None, directory: RunDirectory) -> Profiler:
    """Return a profiler that reports into the run directory, or nothing if none is asked for."""
    if asked is None:
        return Unprofiled()
    kind = {"simple": SimpleProfiler, "advanced": AdvancedProfiler}[asked]
    return kind(dirpath=directory.root, filename="profile")
