"""What values keys may have, and what may change when a run goes on; no torch in here."""

from gan_lab.config.schema import CLAIMS, TASK_KEYS

# Groups whose values the chosen YAML file describes.
COMPONENTS = ("data", "model", "loss", "latent", "optimizer", "logger")

# Groups of which several options are chosen, as in logger=[tensorboard,wandb].
LISTS = ("logger", "evaluation/metrics")

# Names of components' keys that may be null although their default is not.
MAY_BE_NULL = ("ema", "weight_std")

ALLOWED_VALUES = {
    "update": ("alternating", "simultaneous"),
    "resume": ("auto",),
    "format": ("grid", "png", "npz"),
    "what": ("inception",),
    "claim": ("all", *CLAIMS),
    "path": ("straight", "spherical"),
    "trainer.accelerator": ("auto", "cpu", "gpu", "cuda", "mps"),
    "trainer.precision": ("auto", "32-true", "bf16-mixed", "16-mixed"),
    "trainer.profiler": ("simple", "advanced"),
    "performance.cuda_graph": ("auto", True, False),
}

AT_LEAST_ONE = (
    "iterations",
    "batch_size",
    "discriminator_steps",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "n",
    "epochs",
    "panels_at",
    "rows",
    "columns",
    "paths",
    "restarts",
    "random",
    "steps",
    "each",
    "trainer.num_nodes",
    "evaluation.every",
    "evaluation.n_fake",
    "evaluation.n_real",
    "evaluation.batch_size",
)

FROM_0_TO_1 = ("confidence",)

# Files and folders of this machine.
PATHS = ("ckpt", "data.dir", "images", "out", "runs", "model.pretrained")

# What a checkpoint may be continued with although it was trained without.
FREE_TO_CHANGE = (
    "task",
    "iterations",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "ckpt",
    "resume",
    "allow_config_change",
    "debug",
    "skip_finished",
    "objective",
    *TASK_KEYS,
    "evaluation",
    "callbacks",
    "logger",
    "performance",
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
