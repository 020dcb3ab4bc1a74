"""Rows of metrics.csv and the dashboards: one every `log_every` iterations and per evaluation."""

import time
from collections.abc import Mapping
from typing import Any, final

from lightning import Callback, Trainer

from gan_lab import faults
from gan_lab.errors import CheckpointError
from gan_lab.runs.metrics_file import MetricsFile
from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import duration, fields
from gan_lab.training.algorithm import Algorithm

STATE = fields({"seconds": duration}, needed=["seconds"])


@final
class MetricsLog(Callback):
    """Reads the module's meters; between rows nothing is copied from the device.

    Args:
        file: where rows go; only the first process writes it.
        every: iterations between rows.

    Attributes:
        row: the newest row of training's means.
        seconds: of training so far, over all sessions of the run.
    """

    def __init__(self, file: MetricsFile, every: int) -> None:
        self.file = file
        self.every = every
        self.row: dict[str, float] = {}
        self._earlier_seconds = 0.0
        self._started = self._row_started = time.monotonic()
        self._row_images = 0
        self._added: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        """Seconds of training, earlier sessions included."""
        return self._earlier_seconds + self.session_seconds

    @property
    def session_seconds(self) -> float:
        """Seconds of training since this process started it."""
        return time.monotonic() - self._started

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Start the clock, now that everything is loaded, and drop what will be logged again."""
        if trainer.is_global_zero:
            self.file.cut(module.iteration)
        self._started = self._row_started = time.monotonic()
        self._row_images = module.images_seen

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Log a row where one is due."""
        due = module.iteration % self.every == 0
        if not due and not self._added:
            return
        row = {
            "iteration": module.iteration,
            "images_seen": module.images_seen,
            "seconds": round(self.seconds, 3),
        }
        if due:
            row |= self._means(module)
            self.row = row
        row, self._added = row | self._added, {}
        if trainer.is_global_zero:
            faults.moment("before_row")
            self.file.append(row)
            faults.moment("after_row")
            for dashboard in trainer.loggers:
                dashboard.log_metrics(row, module.iteration)

    def add(self, metrics: Mapping[str, float], seconds: float = 0.0) -> None:
        """Add numbers to the row of this iteration, which is written whether it is due or not.

        Args:
            metrics: by their names.
            seconds: that finding them took, which the images per second leave out.
        """
        self._added |= metrics
        self._row_started += seconds

    def _means(self, module: Algorithm) -> dict[str, float]:
        """Return the means since the last time, which start anew."""
        module.synchronise_meters()
        module.check_finite()
        now = time.monotonic()
        speed = (module.images_seen - self._row_images) / (now - self._row_started)
        self._row_started, self._row_images = now, module.images_seen
        return {
            **module.meters.read(),
            **module.changing.columns(),
            "images_per_second": round(speed, 1),
        }

    def state_dict(self) -> dict[str, float]:
        """Return the seconds, so that a continued run adds to them."""
        return {"seconds": self.seconds}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Continue the seconds."""
        try:
            self._earlier_seconds = STATE(state)["seconds"]
        except DamageError as error:
            raise CheckpointError(
                f"ckpt= cannot be continued: the state of MetricsLog {error}."
            ) from error
