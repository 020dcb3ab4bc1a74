"""Where a run can be watched besides its own files, and what is told there."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from lightning import Callback, Trainer
from lightning.pytorch.loggers import Logger
from PIL.Image import Image

from gan_lab.runs.summary import Status
from gan_lab.training.algorithm import Algorithm

# W&B refuses histograms of more; only stacked MNIST has more classes.
MOST_BARS = 512


@dataclass(frozen=True)
class WatchedRun:
    """What a dashboard is told of a run before its first number.

    Attributes:
        task: the verb, such as train.
        config: the composed configuration, plain data.
        overrides: the words that led to it.
        sweep: name of the sweep directory, if the run is a job.
        iteration: completed ones; above 0 the run goes on.
    """

    task: str
    config: Mapping[str, Any]
    overrides: Sequence[str]
    sweep: str | None
    iteration: int = 0


class Dashboard(Logger, ABC):
    """A logger that takes pictures, histograms and alerts too. Only the first process has any."""

    @abstractmethod
    def begin(self, run: WatchedRun) -> None:
        """Open what the run is shown in, or what an earlier session of it was shown in."""

    @abstractmethod
    def log_picture(self, name: str, picture: Image, step: int) -> None:
        """Show `picture`, which belongs to iteration `step`."""

    @abstractmethod
    def log_histogram(self, name: str, heights: Sequence[float], step: int) -> None:
        """Show a bar for each class, such as how many samples of iteration `step` are of it."""

    @abstractmethod
    def log_best(self, outcome: Mapping[str, Mapping[str, float | None]]) -> None:
        """Note the best value so far of each metric, as in `runs.summary.outcome`."""

    @abstractmethod
    def alert(self, title: str, text: str, step: int) -> None:
        """Tell the person who is not looking what happened at iteration `step`."""

    @abstractmethod
    def end(self, status: Status) -> None:
        """Close what was opened, if anything was; the run directory is complete."""

    @property
    def name(self) -> None:
        """Nothing; Lightning would name folders by it."""

    @property
    def version(self) -> None:
        """Nothing; Lightning would name folders by it."""

    def log_hyperparams(self, *_: Any, **__: Any) -> None:
        """Do nothing; `begin` is told the whole configuration."""


@final
class Dashboards(Callback):
    """Opens the dashboards when training starts, so that an attempt that is refused opens none.

    Args:
        run: as they are told; the iteration is known here.
    """

    def __init__(self, run: WatchedRun) -> None:
        self.run = run

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Open each."""
        run = WatchedRun(**vars(self.run) | {"iteration": module.iteration})
        for dashboard in trainer.loggers:
            dashboard.begin(run)


def bars(heights: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return heights `(B,)` and edges `(B + 1,)`, one bar around each class's number.

    Of more classes than `MOST_BARS`, neighbours share a bar.
    """
    classes = len(heights)
    return np.histogram(
        np.arange(classes),
        bins=min(classes, MOST_BARS),
        range=(-0.5, classes - 0.5),
        weights=np.asarray(heights),
    )
