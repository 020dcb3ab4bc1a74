"""Mode collapse, named while it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, final

from lightning import Callback, Trainer

from gan_lab.callbacks.evaluation import Evaluate
from gan_lab.training.algorithm import Algorithm

# Shares of the data that the samples reach; more is better.
WATCHED = ("modes/covered_robust", "modes/covered", "coverage")


@dataclass(frozen=True)
class Collapse:
    """One metric's fall.

    Attributes:
        iteration: the evaluation that found it.
        metric: which fell.
        value: to what.
        best: from what.
        best_iteration: where that was.
    """

    iteration: int
    metric: str
    value: float
    best: float
    best_iteration: int

    def __str__(self) -> str:
        return (
            f"collapse at iteration {self.iteration}: {self.metric} fell to {self.value:.3g} "
            f"from {self.best:.3g} at iteration {self.best_iteration}"
        )


def find_collapses(history: Sequence[Mapping[str, float]], fall: float) -> list[Collapse]:
    """Return where each watched metric fell by the share `fall` or more from its best so far.

    A metric that stays down is named once; one that recovers and falls again is named again.

    Args:
        history: of evaluations, in order, each with its `iteration`.
        fall: between 0 and 1.
    """
    found = []
    for metric in WATCHED:
        rows = [row for row in history if metric in row]
        is_down = False
        for index, row in enumerate(rows):
            best = max(rows[: index + 1], key=lambda earlier: earlier[metric])
            was_down, is_down = is_down, row[metric] <= (1 - fall) * best[metric] < best[metric]
            if is_down and not was_down:
                found.append(
                    Collapse(
                        iteration=int(row["iteration"]),
                        metric=metric,
                        value=row[metric],
                        best=best[metric],
                        best_iteration=int(best["iteration"]),
                    )
                )
    return sorted(found, key=lambda collapse: collapse.iteration)


@final
class CollapseMonitor(Callback):
    """Say at which iteration the samples lost modes or coverage, and stop there if asked to.

    Args:
        evaluate: whose history is watched; it must be called before this, its log after this.
        fall: share of its best that a metric has to lose.
        stop: end training at a collapse.

    Attributes:
        stopped: whether it has ended training.
    """

    def __init__(self, evaluate: Evaluate, *, fall: float, stop: bool) -> None:
        self.evaluate = evaluate
        self.fall = fall
        self.stop = stop
        self.stopped = False

    @property
    def collapses(self) -> list[Collapse]:
        """All of the run, earlier sessions included."""
        histories = [*self.evaluate.earlier, self.evaluate.history]
        return [found for history in histories for found in find_collapses(history, self.fall)]

    def record(self) -> list[dict[str, Any]]:
        """Return the collapses as plain data."""
        return [asdict(collapse) for collapse in self.collapses]

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Let a run that ended at a collapse stay ended when its command is repeated."""
        if self.stop and any(found.iteration == module.iteration for found in self.collapses):
            self.stopped = trainer.should_stop = True

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Look at a new evaluation."""
        if not self.evaluate.is_new(module):
            return
        self.evaluate.metrics_log.add({"collapses": len(self.collapses)})
        new = [found for found in self.collapses if found.iteration == module.iteration]
        for collapse in new:
            if trainer.is_global_zero and self.evaluate.progress:
                self.evaluate.progress.say(str(collapse))
            for dashboard in trainer.loggers:
                dashboard.alert("Mode collapse", str(collapse), module.iteration)
        if new and self.stop:
            # The same history, so the same decision, on every process.
            self.stopped = trainer.should_stop = True
