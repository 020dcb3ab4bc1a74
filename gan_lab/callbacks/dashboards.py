"""Where a run can be watched besides its own files, and what is told there."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

import numpy as np
from lightning import Callback, Trainer
from lightning.pytorch.loggers import Logger
from PIL.Image import Image

from gan_lab.runs.panels import in_panel
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
        name: in few words, what tells it from others.
        parameters: the few that a table of runs has columns for.
        iteration: completed ones; above 0 the run goes on.
        images_per_iteration: real ones.
        is_game: whether several players train.
    """

    task: str
    config: Mapping[str, Any]
    overrides: Sequence[str]
    sweep: str | None
    name: str = ""
    parameters: Mapping[str, str | float] = field(default_factory=dict)
    iteration: int = 0
    images_per_iteration: int = 0
    is_game: bool = True

    def in_panels(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Return a row of metrics.csv under the names that dashboards group it by.

        Without the iteration, over which all the others are drawn.
        """
        return {self.in_panel(name): metrics[name] for name in metrics if name != "iteration"}

    def in_panel(self, name: str) -> str:
        """Return the name of a metric, picture or histogram with its panel in front."""
        return in_panel(name, is_game=self.is_game)


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
        run: as they are told; its clock is known here.
    """

    def __init__(self, run: WatchedRun) -> None:
        self.run = run

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Open each."""
        run = replace(
            self.run,
            iteration=module.iteration,
            images_per_iteration=module.images_per_iteration,
            is_game=len(module.players) > 1,
        )
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
