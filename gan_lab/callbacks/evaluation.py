"""Scores of generated images through training: one evaluation every so many iterations."""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, final

from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from torch import Tensor, distributed

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.progress import EvaluationProgress
from gan_lab.callbacks.samples import SamplePicture
from gan_lab.data.base import Batch
from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError
from gan_lab.evaluation.evaluation import Evaluation, Result, column
from gan_lab.evaluation.outside_range import COLUMN as OUTSIDE_RANGE
from gan_lab.evaluation.outside_range import OutsideRange
from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import by_name, count, each, fields, tree
from gan_lab.runs.summary import outcome
from gan_lab.terminal import say
from gan_lab.training.algorithm import Algorithm


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
        evaluation: the metrics, fitted to the real images.
        every: iterations between evaluations.
        iterations: where the run ends.
        seed: of the latents.
        to_pixels: turns generated images into pixels as the data set stores them.
        clipped_range: the value range where it clips numbers beyond; None: there are none.
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
        evaluation: Evaluation,
        *,
        every: int,
        iterations: int,
        seed: int,
        to_pixels: Callable[[Tensor], Tensor],
        clipped_range: tuple[float, float] | None = None,
        log: MetricsLog,
        folder: Path,
        progress: EvaluationProgress | None,
        picture: SamplePicture | None = None,
        monitor: str = "",
    ) -> None:
        self.evaluation = evaluation
        self.every = every
        self.iterations = iterations
        self.seed = seed
        self.to_pixels = to_pixels
        self.clipped_range = clipped_range
        self.metrics_log = log
        self.folder = folder
        self.progress = progress
        self.picture = picture
        self.monitor = monitor
        self.history: list[dict[str, float]] = []
        self.earlier: list[list[dict[str, float]]] = []
        self.since = 0
        # What scores depend on, as a checkpoint brings it back. Another version measures the same.
        told = {**evaluation.protocol, "monitor": monitor, "gan_lab": None}
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
        result = score(
            self.evaluation, module, self.seed, self.to_pixels, progress, self.clipped_range
        )
        seconds = time.monotonic() - started
        self.history.append({"iteration": module.iteration, **result.metrics})
        self.metrics_log.add(result.metrics, seconds)
        if trainer.is_global_zero:
            record = {"iteration": module.iteration, **record_of(result, self.evaluation)}
            with replacing(self.folder / f"{module.iteration:08d}.json") as file:
                file.write((json.dumps(record, indent=2) + "\n").encode())
            if self.picture:
                images = module.sample(self.picture.n, *address(self.seed)).images
                picture = self.picture.draw(images)
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
            dashboard.log_best(outcome(self.history, self.evaluation.better))

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


def score(
    evaluation: Evaluation,
    module: Algorithm,
    seed: int,
    to_pixels: Callable[[Tensor], Tensor],
    progress: EvaluationProgress | None,
    clipped_range: tuple[float, float] | None = None,
) -> Result:
    """Return the outcome of an evaluation of all views; histogram and bins are the first one's.

    Where images may leave the value range, the share that does is a number more.
    """
    metrics: dict[str, float] = {}
    results: list[Result] = []
    for view in module.views:
        at = module.images_at(evaluation.n_fake, *address(seed, evaluation.draw), view=view)
        outside = OutsideRange(clipped_range, module.device) if clipped_range else None

        def images_at(
            positions: Tensor,
            at: Callable[[Tensor], Batch] = at,
            outside: OutsideRange | None = outside,
        ) -> Tensor:
            images = at(positions).images
            if outside:
                outside.update(images)
            return to_pixels(images)

        if progress is None:
            results.append(evaluation.run(images_at))
        else:
            with progress.counting(evaluation.n_fake) as advance:
                results.append(evaluation.run(images_at, advance))
        found = results[-1].metrics | ({OUTSIDE_RANGE: outside.compute()} if outside else {})
        metrics |= {column(view, name): value for name, value in found.items()}
    return replace(results[0], metrics=metrics)


def address(seed: int, draw: int = 0) -> tuple[int | str, ...]:
    """Return where the latents of evaluations come from."""
    return (seed, "evaluation", *([draw] if draw else []))


def record_of(result: Result, evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain data: the numbers, and what they depend on."""
    return {
        # JSON knows no infinity, which a divergence can be.
        "metrics": {
            name: value if math.isfinite(value) else None for name, value in result.metrics.items()
        },
        "classes": list(evaluation.class_names),
        "histogram": list(result.histogram),
        "bins": dict(result.bins),
        "left_out": {
            name: f"needs at least {least} real and {least} generated images"
            for name, least in evaluation.left_out.items()
        },
        "perfect": evaluation.perfect,
        "protocol": evaluation.protocol,
    }


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
        f"{name.removeprefix('modes/')} {metrics[name]:.3f}"
        for name in ("modes/kl_uniform", "precision", "recall", "coverage")
        if name in metrics
    ]
    return "  ".join(words)
