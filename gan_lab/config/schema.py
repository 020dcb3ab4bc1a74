"""The keys that gan_lab itself reads, their types and ranges; no torch in here.

For all other groups the chosen YAML file and the constructors that it names say what fits: see
check.py and build.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, make_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, final

from gan_lab.config.options import file_of, options_of
from gan_lab.ranges import Length, Range
from gan_lab.schedules import Course

# In the order in which one explains the next; each is a file of gan_lab/claims/.
CLAIMS = (
    "value_of_the_game",
    "change_of_variable",
    "optimal_discriminator",
    "jensen_shannon",
    "conditional_optimal_discriminator",
    "half_is_not_enough",
    "limited_discriminator",
    "convexity",
    "several_minima",
    "one_player_at_a_time",
    "discriminator_steps",
    "batch_of_one",
    "swapped_min_and_max",
    "saturation",
    "same_fixed_point",
    "fixed_points",
    "mode_seeking",
    "mode_covering",
    "mutual_information_bound",
    "chain_rule",
    "receptive_fields",
    "evidence_lower_bound",
    "kl_closed_form",
    "linear_autoencoder",
    "prior_samples",
    "reconstruction_losses",
    "latent_dimension",
    "norms",
    "soap_bubbles",
    "image_count",
    "uniform_images",
)

Threshold = Annotated[float, Range(0, 1000, open_low=True)]  # of a latent's numbers
Count = Annotated[int, Range(1, 10**9)]
Some = Annotated[int, Range(1, 10**6)]  # of what is held in memory at once
Share = Annotated[float, Range(0, 1)]
Number = Annotated[int, Range(0, 10**6)]  # of an image or a class, counted from 0
Side = Annotated[int, Range(1, 16_384)]  # of an image, in pixels
Seed = Annotated[int, Range(0)]
Devices = (
    Literal["auto", -1]
    | Annotated[int, Range(1, 256)]
    | Annotated[Sequence[Annotated[int, Range(0, 255)]], Length(1)]
)


@dataclass
class Trainer:
    """The keys of `trainer`; see conf/trainer/auto.yaml."""

    accelerator: Literal["auto", "cpu", "gpu", "cuda", "mps"] = "auto"
    devices: Devices = "auto"
    num_nodes: Annotated[int, Range(1, 10_000)] = 1
    precision: Literal["auto", "32-true", "bf16-mixed", "16-mixed"] = "auto"
    sync_batchnorm: bool = False
    deterministic: bool = False
    detect_anomaly: bool = False
    profiler: Literal["simple", "advanced"] | None = None
    enable_progress_bar: bool = True


@dataclass
class Average:
    """The keys of `ema.PLAYER`; see conf/config.yaml."""

    decay: Annotated[float, Range(0, 1, open_low=True, open_high=True)] | None = None
    half_life_images: Annotated[float, Range(0, 10**12)] | Course | None = None
    warm_up: bool = True


@dataclass
class Performance:
    """The keys of `performance`; see conf/config.yaml."""

    compile: bool = False
    cuda_graph: Literal["auto", True, False] = "auto"


@dataclass
class Evaluation:
    """The keys of `evaluation`; see conf/evaluation/auto.yaml."""

    every: Count | None = None
    n_fake: Count | None = None
    n_real: Count | None = None
    split: str | None = None
    extractors: str | Annotated[Sequence[str], Length(1)] = "auto"
    monitor: str | None = None
    seed: Seed = 0
    batch_size: Some = 1
    metrics: dict = field(default_factory=dict)


@dataclass
class Collapse:
    """The keys of `callbacks.collapse`; see conf/config.yaml."""

    fall: Share = 0.0
    action: Literal["log", "stop", "rollback"] = "log"
    rollbacks: Some = 1


@dataclass
class Callbacks:
    """The keys of `callbacks`, besides a node of each callback from outside."""

    collapse: Collapse = field(default_factory=Collapse)


@dataclass
class Root:
    """The keys of every run, besides the groups; see conf/config.yaml."""

    task: str = "train"
    plugins: str | Sequence[str] | None = None
    iterations: Count = 1
    batch_size: Some = 1
    micro_batch: Some | None = None
    seed: Seed = 0
    log_every: Count = 1
    samples_every: Count = 1
    checkpoint_every: Count = 1
    keep_checkpoints: Count | Annotated[Sequence[Count], Length(1)] | None = None
    ckpt: str | None = None
    resume: Literal["auto"] | None = None
    init: str | None = None
    init_mismatch: Literal["refuse", "skip"] = "refuse"
    allow_config_change: bool = False
    debug: bool = False
    skip_finished: bool = False
    objective: str | None = None
    ema: dict = field(default_factory=dict)  # an Average for each player
    performance: Performance = field(default_factory=Performance)
    trainer: Trainer = field(default_factory=Trainer)
    evaluation: Evaluation = field(default_factory=Evaluation)
    callbacks: Callbacks = field(default_factory=Callbacks)


@final
@dataclass
class Sample(Root):
    """The keys that task=sample adds."""

    n: Some = 64
    out: str | None = None
    format: Literal["grid", "png", "npz"] = "grid"
    condition: str | int | Sequence[str | int] | None = None
    truncation: Threshold | None = None


@final
@dataclass
class Export(Root):
    """The keys that task=export adds."""

    format: Literal["safetensors", "onnx", "torch", "page"] = "safetensors"
    to: str | int | None = None
    license: str | None = None
    out: str | None = None


@final
@dataclass
class Push(Root):
    """The keys that task=push adds."""

    repo: str | None = None
    private: bool = False
    license: str | None = None


@final
@dataclass
class Evaluate(Root):
    """The keys that task=evaluate adds."""

    images: str | None = None
    condition: str | int | None = None
    repeats: Some = 1
    out: str | None = None


@final
@dataclass
class TrainClassifier(Root):
    """The keys that task=train_classifier adds."""

    epochs: Annotated[int, Range(1, 10_000)] | None = None
    out: str | None = None


@final
@dataclass
class Fetch(Root):
    """The keys that task=fetch adds."""

    what: Literal["inception"] = "inception"


@final
@dataclass
class Theory(Root):
    """The keys that task=theory adds."""

    claim: Literal["all", *CLAIMS] = "all"
    out: str | None = None


@final
@dataclass
class Figure1(Root):
    """The keys that task=figure1 adds."""

    panels_at: Count = 1
    out: str | None = None


@final
@dataclass
class Nearest(Root):
    """The keys that task=nearest adds."""

    rows: Annotated[int, Range(1, 1000)] = 1
    columns: Annotated[int, Range(1, 1000)] = 1
    n: Some = 1
    out: str | None = None


@final
@dataclass
class Interpolate(Root):
    """The keys that task=interpolate adds."""

    path: Literal["straight", "spherical"] | None = None
    classes: Annotated[Sequence[str | int], Length(2, 2)] | None = None
    condition: str | int | Annotated[Sequence[str | int], Length(1, 2)] | None = None
    confidence: Share = 0.0
    paths: Some = 1
    steps: Some = 1
    rows: Annotated[int, Range(1, 1000)] = 1
    truncation: Threshold | None = None
    out: str | None = None


@final
@dataclass
class Invert(Root):
    """The keys that task=invert adds."""

    n: Some = 1
    split: str = "test"
    restarts: Annotated[int, Range(1, 10_000)] = 1
    random: Some = 1
    steps: Some = 1
    step_size: Annotated[float, Range(0, 1000, open_low=True)] = 0.1
    path: Literal["straight", "spherical"] | None = None
    out: str | None = None


@final
@dataclass
class Arithmetic(Root):
    """The keys that task=arithmetic adds."""

    a: str | Number | Annotated[Sequence[Number], Length(1)] | None = None
    b: str | Number | Annotated[Sequence[Number], Length(1)] | None = None
    c: str | Number | Annotated[Sequence[Number], Length(1)] | None = None
    each: Annotated[int, Range(1, 10_000)] = 1
    confidence: Share = 0.0
    noise: Annotated[float, Range(0, 1000)] = 0.0
    out: str | None = None


@final
@dataclass
class Traverse(Root):
    """The keys that task=traverse adds."""

    factor: str | None = None
    steps: Annotated[int, Range(2, 1000)] = 2
    columns: Annotated[int, Range(1, 1000)] = 1
    out: str | None = None


@final
@dataclass
class Anomalies(Root):
    """The keys that task=anomalies adds."""

    others: str | Annotated[Sequence[str], Length(1)] = "noise"
    n: Some = 1
    samples: Some = 1
    out: str | None = None


@final
@dataclass
class Complete(Root):
    """The keys that task=complete adds."""

    n: Some = 1
    split: str = "test"
    share: Share = 0.5
    each: Annotated[int, Range(1, 1000)] = 1
    out: str | None = None


@final
@dataclass
class Translate(Root):
    """The keys that task=translate adds."""

    images: str | None = None
    to: str | int = "b"
    size: Side | Annotated[Sequence[Side], Length(2, 2)] | None = None
    n: Some = 1
    out: str | None = None


@final
@dataclass
class Assemble(Root):
    """The keys that task=assemble adds."""

    patches: Annotated[Sequence[str], Length(1, 20)] | None = None
    each: Annotated[int, Range(1, 100)] = 1
    out: str | None = None


@final
@dataclass
class Cost(Root):
    """The keys that task=cost adds."""

    seconds: Annotated[float, Range(0, 3600)] = 10.0
    out: str | None = None


@final
@dataclass
class Report(Root):
    """The keys that task=report adds."""

    runs: str = "outputs"
    format: Literal["page", "latex", "markdown", "csv"] = "page"
    columns: Sequence[str] | None = None
    checkpoint: Literal["last", "best"] = "last"
    spread: Literal["deviation", "error"] = "deviation"
    out: str | None = None


@final
@dataclass
class Serve(Root):
    """The keys that task=serve adds."""

    runs: str = "outputs"
    port: Annotated[int, Range(0, 65535)] = 8000


@final
@dataclass
class ListRuns(Root):
    """The keys that task=list adds."""

    runs: str = "outputs"


TASKS: dict[str, type[Root]] = {
    "train": Root,
    "cost": Cost,
    "sample": Sample,
    "evaluate": Evaluate,
    "export": Export,
    "push": Push,
    "fetch": Fetch,
    "train_classifier": TrainClassifier,
    "theory": Theory,
    "figure1": Figure1,
    "nearest": Nearest,
    "interpolate": Interpolate,
    "invert": Invert,
    "arithmetic": Arithmetic,
    "traverse": Traverse,
    "anomalies": Anomalies,
    "complete": Complete,
    "translate": Translate,
    "assemble": Assemble,
    "report": Report,
    "serve": Serve,
    "list": ListRuns,
}


def tasks() -> dict[str, type[Root]]:
    """Return the keys of every task by its name, those from outside included."""
    outside = (name for name in options_of("task") if name not in TASKS)
    return TASKS | {name: _keys_in(file_of("task", name)) for name in outside}


def task_keys() -> tuple[str, ...]:
    """Return what is said to one command, and is no part of what a run is."""
    every = tasks().values()
    return tuple(
        sorted({key for task in every if task is not Root for key in task.__annotations__})
    )


def _keys_in(path: Path) -> type[Root]:
    """Return the keys that a task from outside adds: those of its file, of its defaults' types."""
    from omegaconf import OmegaConf  # slow, and the help page mostly does without

    found = OmegaConf.to_container(OmegaConf.load(path))
    keys = {key: value for key, value in found.items() if key not in ("task", "defaults")}
    hints = [(key, Any if value is None else type(value)) for key, value in keys.items()]
    # Behind keys that have defaults; what these are, the YAML file says.
    return make_dataclass(
        path.stem, [(key, hint, field(default=None)) for key, hint in hints], bases=(Root,)
    )
