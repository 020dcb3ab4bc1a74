"""The keys that gan_lab itself reads, their types and limits; no torch in here.

For all other groups the chosen YAML file is the schema: see check.py.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final


def find_conf() -> Path:
    """Return the folder of YAML files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    installed = package / "conf"
    return installed if installed.is_dir() else package.parent / "conf"


@dataclass
class Trainer:
    """The keys of `trainer`; see conf/trainer/auto.yaml."""

    accelerator: str = "auto"
    devices: Any = "auto"
    num_nodes: int = 1
    precision: str = "32-true"
    deterministic: bool = False
    detect_anomaly: bool = False
    profiler: str | None = None
    enable_progress_bar: bool = True


@dataclass
class Root:
    """The keys of every run, besides the groups; see conf/config.yaml."""

    task: str = "train"
    iterations: int = 1
    batch_size: int = 1
    discriminator_steps: int = 1
    update: str = "alternating"
    seed: int = 0
    log_every: int = 1
    samples_every: int = 1
    checkpoint_every: int = 1
    ckpt: str | None = None
    allow_config_change: bool = False
    debug: bool = False
    trainer: Trainer = field(default_factory=Trainer)


@final
@dataclass
class Sample(Root):
    """The keys that task=sample adds."""

    n: int = 64
    out: str | None = None
    format: str = "grid"


TASKS: dict[str, type[Root]] = {"train": Root, "sample": Sample}

# Groups whose values the chosen YAML file describes.
COMPONENTS = ("data", "model", "loss", "latent", "optimizer", "logger")

ALLOWED_VALUES = {
    "update": ("alternating", "simultaneous"),
    "format": ("grid", "png", "npz"),
    "trainer.accelerator": ("auto", "cpu", "gpu", "cuda", "mps"),
    "trainer.precision": ("32-true", "bf16-mixed"),
    "trainer.profiler": ("simple", "advanced"),
}

AT_LEAST_ONE = (
    "iterations",
    "batch_size",
    "discriminator_steps",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "n",
    "trainer.num_nodes",
)

# What a checkpoint may be continued with although it was trained without.
FREE_TO_CHANGE = (
    "task",
    "iterations",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "ckpt",
    "allow_config_change",
    "debug",
    "n",
    "out",
    "format",
    "logger",
    "data.dir",
    "trainer.accelerator",
    "trainer.devices",
    "trainer.num_nodes",
    "trainer.detect_anomaly",
    "trainer.profiler",
    "trainer.enable_progress_bar",
)

# Flags of Lightning's Trainer that people will try, and what does their work here.
NOT_THE_TRAINERS = {
    "max_steps": "iterations= sets the length of a run",
    "max_epochs": "iterations= sets the length of a run",
    "min_steps": "iterations= sets the length of a run",
    "min_epochs": "iterations= sets the length of a run",
    "gradient_clip_val": "optimizer.clip_norm= limits the gradient of each network",
    "gradient_clip_algorithm": "optimizer.clip_norm= limits the gradient of each network",
    "accumulate_grad_batches": "batch_size= sets the images of one update",
    "fast_dev_run": "debug=fast runs a few iterations of everything",
    "limit_train_batches": "iterations= sets the length of a run and data.limit= the images used",
    "overfit_batches": "debug=overfit trains on 64 images",
    "log_every_n_steps": "log_every= sets the iterations between rows",
    "logger": "logger= chooses where metrics go",
    "strategy": "trainer.devices= and trainer.num_nodes= choose it",
    "max_time": "Ctrl-C stops a run at any time with everything saved",
}
