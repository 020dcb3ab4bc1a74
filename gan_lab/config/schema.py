"""The keys that gan_lab itself reads, and their types; no torch in here.

For all other groups the chosen YAML file is the schema: see check.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final


def find_conf() -> Path:
    """Return the folder of YAML files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    installed = package / "conf"
    return installed if installed.is_dir() else package.parent / "conf"


def options_of(group: str) -> list[str]:
    """Return the options of a group, the names of its files, in order."""
    return sorted(path.stem for path in (find_conf() / group).glob("*.yaml"))


@dataclass
class Trainer:
    """The keys of `trainer`; see conf/trainer/auto.yaml."""

    accelerator: str = "auto"
    devices: Any = "auto"
    num_nodes: int = 1
    precision: str = "auto"
    sync_batchnorm: bool = False
    deterministic: bool = False
    detect_anomaly: bool = False
    profiler: str | None = None
    enable_progress_bar: bool = True


@dataclass
class Performance:
    """The keys of `performance`; see conf/config.yaml."""

    compile: bool = False
    cuda_graph: bool | str = "auto"


@dataclass
class Evaluation:
    """The keys of `evaluation`; see conf/evaluation/auto.yaml."""

    every: int | None = None
    n_fake: int | None = None
    n_real: int | None = None
    split: str | None = None
    extractors: str | Sequence[str] = "auto"
    monitor: str | None = None
    seed: int = 0
    batch_size: int = 1
    metrics: dict = field(default_factory=dict)


@dataclass
class Collapse:
    """The keys of `callbacks.collapse`; see conf/callbacks/default.yaml."""

    fall: float = 0.0
    stop: bool = False


@dataclass
class Callbacks:
    """The keys of `callbacks`."""

    collapse: Collapse = field(default_factory=Collapse)


@dataclass
class Root:
    """The keys of every run, besides the groups; see conf/config.yaml."""

    task: str = "train"
    iterations: int = 1
    batch_size: int = 1
    discriminator_steps: int = 1
    update: str = "alternating"
    reuse_fakes: bool = False
    seed: int = 0
    log_every: int = 1
    samples_every: int = 1
    checkpoint_every: int = 1
    ckpt: str | None = None
    resume: str | None = None
    allow_config_change: bool = False
    debug: bool = False
    skip_finished: bool = False
    objective: str | None = None
    performance: Performance = field(default_factory=Performance)
    trainer: Trainer = field(default_factory=Trainer)
    evaluation: Evaluation = field(default_factory=Evaluation)
    callbacks: Callbacks = field(default_factory=Callbacks)


@final
@dataclass
class Sample(Root):
    """The keys that task=sample adds."""

    n: int = 64
    out: str | None = None
    format: str = "grid"


@final
@dataclass
class Evaluate(Root):
    """The keys that task=evaluate adds."""

    images: str | None = None
    out: str | None = None


@final
@dataclass
class TrainClassifier(Root):
    """The keys that task=train_classifier adds."""

    epochs: int | None = None
    out: str | None = None


@final
@dataclass
class Fetch(Root):
    """The keys that task=fetch adds."""

    what: str = "inception"


@final
@dataclass
class Theory(Root):
    """The keys that task=theory adds."""

    claim: str = "all"
    out: str | None = None


@final
@dataclass
class Figure1(Root):
    """The keys that task=figure1 adds."""

    panels_at: int = 1
    out: str | None = None


@final
@dataclass
class Samples(Root):
    """The keys that task=samples adds."""

    rows: int = 1
    columns: int = 1
    n: int = 1
    out: str | None = None


@final
@dataclass
class Interpolate(Root):
    """The keys that task=interpolate adds."""

    path: str | None = None
    classes: Sequence[str | int] | None = None
    confidence: float = 0.0
    paths: int = 1
    steps: int = 1
    rows: int = 1
    out: str | None = None


@final
@dataclass
class Invert(Root):
    """The keys that task=invert adds."""

    n: int = 1
    split: str = "test"
    restarts: int = 1
    random: int = 1
    steps: int = 1
    step_size: float = 0.0
    path: str | None = None
    out: str | None = None


@final
@dataclass
class Arithmetic(Root):
    """The keys that task=arithmetic adds."""

    a: str | int | Sequence[int] | None = None
    b: str | int | Sequence[int] | None = None
    c: str | int | Sequence[int] | None = None
    each: int = 1
    confidence: float = 0.0
    noise: float = 0.0
    out: str | None = None


@final
@dataclass
class Report(Root):
    """The keys that task=report adds."""

    runs: str = "outputs"
    out: str | None = None


@final
@dataclass
class Serve(Root):
    """The keys that task=serve adds."""

    runs: str = "outputs"
    port: int = 8000


@final
@dataclass
class ListRuns(Root):
    """The keys that task=list adds."""

    runs: str = "outputs"


TASKS: dict[str, type[Root]] = {
    "train": Root,
    "sample": Sample,
    "evaluate": Evaluate,
    "fetch": Fetch,
    "train_classifier": TrainClassifier,
    "theory": Theory,
    "figure1": Figure1,
    "samples": Samples,
    "interpolate": Interpolate,
    "invert": Invert,
    "arithmetic": Arithmetic,
    "report": Report,
    "serve": Serve,
    "list": ListRuns,
}

# What is said to one command, and is no part of what a run is.
TASK_KEYS = tuple(
    sorted({key for task in TASKS.values() if task is not Root for key in task.__annotations__})
)

# In the order in which one explains the next; each is a file of gan_lab/claims/.
CLAIMS = (
    "optimal_discriminator",
    "jensen_shannon",
    "half_is_not_enough",
    "convexity",
    "saturation",
    "same_fixed_point",
    "mode_seeking",
    "norms",
    "soap_bubbles",
    "image_count",
    "uniform_images",
)
