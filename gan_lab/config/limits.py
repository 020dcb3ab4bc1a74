"""What values keys may have, and what may change when a run goes on; no torch in here."""

from typing import Annotated

from gan_lab.ranges import Range
from gan_lab.schedules import Course

BETA = Annotated[float, Range(0, 1, open_high=True)]

# Groups whose values the chosen YAML file describes.
COMPONENTS = (
    "data", "model", "loss", "likelihood", "latent", "terms", "augment", "optimizer", "algorithm",
    "logger"
)  # fmt: skip

# Groups of which several options are chosen, as in logger=[tensorboard,wandb].
LISTS = ("logger", "callbacks", "evaluation/metrics", "terms")

# What a model is made of and trained by.
MODEL = (
    "algorithm", "model", "loss", "likelihood", "latent", "terms", "augment", "optimizer"
)  # fmt: skip

# Groups whose parts a task makes as they are typed; other tasks take them from a checkpoint.
PARTS_OF_TASK = {
    "train": (*MODEL, "data", "evaluation", "logger", "callbacks"),
    "cost": (*MODEL, "data", "evaluation", "logger", "callbacks"),
    "figure1": (*MODEL, "data"),
    "evaluate": ("data", "evaluation"),
    "train_classifier": ("data",),
}

# Groups of which a task makes parts as a checkpoint has them; others may name what is not there.
PARTS_OF_CHECKPOINT = ("data", "algorithm", "model", "likelihood", "latent")
MORE_PARTS_OF_CHECKPOINT = {
    "train": ("loss", "terms", "augment", "optimizer", "evaluation", "logger", "callbacks"),
    "evaluate": ("evaluation",),
}

# Keys of a group that gan_lab reads itself: no constructor behind a `_target_` takes them.
GROUP_KEYS = {
    "model.pack": Annotated[int, Range(1, 1000)],
    "model.weight_std": Annotated[float, Range(0, 1000)] | None,
}

# Keys that files set to one value and that some constructors take a list for: theirs is the type.
ONE_OR_SEVERAL = ("model.width",)
# Tables to which a user adds lines, as in +latent.factors.style={...}; the constructor checks them.
NAMED_BY_USERS = ("latent.factors",)

# Of torch's optimizers, whose own annotations say the type alone.
OPTIMIZER_HINTS = {
    "lr": Annotated[float, Range(0, 1000)] | Course,
    "beta1": BETA | Course,
    "beta2": BETA | Course,
    "alpha": BETA,
    "momentum": BETA | Course,
    "dampening": Annotated[float, Range(0, 1)],
    "eps": Annotated[float, Range(0, 1)],
    "weight_decay": Annotated[float, Range(0, 1000)] | Course,
    "fused": bool,
    "clip_norm": Annotated[float, Range(0, open_low=True)] | None,
    "max_column_norm": Annotated[float, Range(0, open_low=True)] | None,
}

# Files and folders of this machine.
DATA_PATHS = (
    "data.dir", "data.a.dir", "data.b.dir", "data.c.dir", "data.source.dir", "data.target.dir"
)  # fmt: skip
PATHS = ("ckpt", "init", *DATA_PATHS, "images", "out", "runs", "model.pretrained")

# What a checkpoint may be continued with although it was trained without.
FREE_TO_CHANGE = (
    "task",
    "iterations",
    "micro_batch",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "keep_checkpoints",
    "ckpt",
    "resume",
    "allow_config_change",
    "plugins",
    "debug",
    "skip_finished",
    "objective",
    "evaluation",
    "callbacks",
    "logger",
    "performance",
    *DATA_PATHS,
    "trainer.accelerator",
    "trainer.devices",
    "trainer.num_nodes",
    "trainer.detect_anomaly",
    "trainer.profiler",
    "trainer.enable_progress_bar",
)
