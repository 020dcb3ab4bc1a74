"""Scores of generated images through training: one evaluation every so many iterations."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from torch import distributed

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.progress import EvaluationProgress
from gan_lab.callbacks.sample_pictures import SamplePicture
from gan_lab.callbacks.scoring import Scoring, record_of
from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError
from gan_lab.evaluation.evaluation import Result
from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import by_name, count, each, fields, tree
from gan_lab.terminal import say
from gan_lab.training.algorithm import Algorithm

# In the line that a waiting person sees, behind distances and modes.
SHOWN = (
    "modes/kl_uniform", "precision", "recall", "coverage", "agreement", "test_error", "code_error",
    "cluster_error", "nll", "reconstruction_mse", "source_error", "target_error",
    "proxy_a_distance", "r_precision", "digit_agreement",
)  # fmt: skip
SAMPLING = "sampling_seconds"  # for 1,000 images


def times_of(result: Result) -> dict[str, float]:
    """Return what an evaluation timed, which differs from one to the next, by its column."""
    return {} if result.sampling_seconds is None else {SAMPLING: round(result.sampling_seconds, 6)}


def _score(value: Any) -> float:
    """Take a number of a metric, which may be infinite."""
    if type(value) not in (int, float):
        raise DamageError("is no number")
    return value


def _history(value: Any) -> list[dict[str, float]]:
    """Take the numbers of evaluations, of which a long run has many."""
    if type(value) is not list:
        raise DamageError("is no list")
    for row in value:
        fields({"iteration": count}, needed=["iteration"])(row)
    return [by_name(_score)(row) for row in value]


STATE = fields(
    {"history": _history, "earlier": each(_history), "since": count, "protocol": tree},
    needed=["history"],
)


@final
class Evaluate(Callback):
    """Evaluate every `every` iterations and at the end of the run.

    The latents come from a random stream of their own, the same ones each time, so training is not
    disturbed by one bit.

    Args:
        scoring: of the model's images.
        every: iterations between evaluations.
        iterations: where the run ends.
        log: takes the numbers into metrics.csv; it must be called after this.
        folder: for one record per evaluation.
        progress: what a waiting person sees, or None for nothing.
        picture: how images are shown, beside each record; None for not at all.
        monitor: the metric that the best checkpoint is chosen by.

    Attributes:
        history: `{"iteration": ..., metric: ...}` of each evaluation so far, on every process: of
            those that measured the same, which alone can be compared.
        earlier: the histories before, when something else was measured.
        since: the iteration after which `history` begins.
    """

    def __init__(
        self,
        scoring: Scoring,
        *,
        every: int,
        iterations: int,
        log: MetricsLog,
        folder: Path,
        progress: EvaluationProgress | None,
        picture: SamplePicture | None = None,
        monitor: str = "",
    ) -> None:
        self.scoring, self.evaluation = scoring, scoring.evaluation
        self.every = every
        self.iterations = iterations
        self.metrics_log = log
        self.folder = folder
        self.progress = progress
        self.picture = picture
        self.monitor = monitor
        self.history: list[dict[str, float]] = []
        self.earlier: list[list[dict[str, float]]] = []
        self.since = 0
        # What scores depend on, as a checkpoint brings it back. Another version measures the same.
        told = {**self.evaluation.protocol, "monitor": monitor, "gan_lab": None}
        self._protocol: dict[str, Any] = json.loads(json.dumps(told))
        self._news = ""

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Say if scores can no longer be compared with those so far."""
        if self._news:
            say(self._news)

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Evaluate where it is due."""
        if module.iteration % self.every and module.iteration != self.iterations:
            return
        module.synchronise_meters()
        module.check_finite()
        share_buffers(module)
        started = time.monotonic()
        progress = self.progress if trainer.is_global_zero else None
        result = self.scoring(module, progress)
        seconds = time.monotonic() - started
        self.history.append({"iteration": module.iteration, **result.metrics})
        self.metrics_log.add(result.metrics | times_of(result), seconds)
        if trainer.is_global_zero:
            record = {"iteration": module.iteration, **record_of(result, self.evaluation)}
            with replacing(self.folder / f"{module.iteration:08d}.json") as file:
                file.write((json.dumps(record, indent=2) + "\n").encode())
            if self.picture:
                picture = self.picture.of(module, *self.scoring.address)
                with replacing(self.folder / f"{module.iteration:08d}.png") as file:
                    picture.save(file, "PNG")
            self._show(trainer, result, module.iteration)
            if progress:
                progress.say(
                    f"evaluation at iteration {module.iteration}: {shown(result.metrics)}  "
                    f"({seconds:.1f} s)"
                )

    def _show(self, trainer: Trainer, result: Result, iteration: int) -> None:
        for dashboard in trainer.loggers:
            if result.histogram:
                dashboard.log_histogram("modes/histogram", result.histogram, iteration)
            for name, values in result.by_class.items():
                heights = [value or 0.0 for value in values]
                dashboard.log_histogram(f"{name}/by_class", heights, iteration)

    def is_new(self, module: Algorithm) -> bool:
        """Return whether the newest evaluation is of the iteration just completed."""
        return bool(self.history) and self.history[-1]["iteration"] == module.iteration

    def state_dict(self) -> dict[str, Any]:
        """Return the histories, so that a continued run knows its best."""
        return {
            "history": list(self.history),
            "earlier": list(self.earlier),
            "since": self.since,
            "protocol": self._protocol,
        }

    def on_load_checkpoint(
        self, trainer: Trainer, module: Algorithm, checkpoint: dict[str, Any]
    ) -> None:
        """Begin here, unless the checkpoint knows of evaluations: there may have been a break."""
        self.since = checkpoint["clock"]["iteration"]

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue the history, or begin another one if something else is measured now."""
        try:
            known = STATE(state)
        except DamageError as error:
            raise CheckpointError(
                f"ckpt= cannot be continued: the state of Evaluate {error}."
            ) from error
        self.history, self.earlier = known["history"], known.get("earlier", [])
        self.since = known.get("since", 0)
        changes = changed(known.get("protocol", self._protocol), self._protocol)
        if changes and self.history:
            self.since = self.history[-1]["iteration"]
            self._news = (
                f"The evaluation has changed ({', '.join(changes)}), so scores up to iteration "
                f"{self.since} are not compared with later ones: a new best.ckpt replaces the old "
                f"one."
            )
            self.earlier.append(self.history)
            self.history = []


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words what differs between two protocols."""
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return [
        name
        if isinstance(before.get(name), dict | list)
        else f"{name} {before.get(name)} -> {now.get(name)}"
        for name in names
    ]


def share_buffers(module: Algorithm) -> None:
    """Give all processes the first one's statistics, which are those that a checkpoint holds.

    Each process normalises by its own minibatches; in training it never reads the running means.
    """
    if distributed.is_initialized():
        for name in module.parts:
            for buffer in module.evaluated(name).buffers():
                distributed.broadcast(buffer, src=0)


def shown(metrics: dict[str, float]) -> str:
    """Return the most telling numbers as one line."""
    words = [
        f"{name} {metrics[name]:.3g}"
        for name in metrics
        if (last := name.rpartition("/")[2]) == "fid" or last[:3] == "fd_"
        if not name.endswith("_bias")
    ]
    if "modes/covered" in metrics:
        words.append(f"modes {metrics['modes/covered']:.0f} of {metrics['modes/total']:.0f}")
    words += [
        f"{name.removeprefix('modes/')} {metrics[name]:.3f}" for name in SHOWN if name in metrics
    ]
    return "  ".join(words)
