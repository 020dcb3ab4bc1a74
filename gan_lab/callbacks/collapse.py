"""Mode collapse, named and answered while it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, final

from lightning import Callback, Trainer

from gan_lab.callbacks.evaluation import Evaluate
from gan_lab.errors import CheckpointError
from gan_lab.plurals import counted
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import count, each, fields
from gan_lab.runs.summary import outcome
from gan_lab.training.algorithm import Algorithm

# Shares of the data that the samples reach; more is better.
WATCHED = ("modes/covered_robust", "modes/covered", "coverage")


def _pair(value: Any) -> list[int]:
    """Take two iterations."""
    pair = each(count)(value)
    if len(pair) != 2:
        raise DamageError("is no pair of iterations")
    return pair


STATE = fields({"rolled_back": each(_pair)}, needed=["rolled_back"])


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
    """Say at which iteration the samples lost modes or coverage, and answer that if asked to.

    A rollback gives the networks, their averages, the states of their optimizers and a controlled
    augmentation back what best.ckpt has, and halves all learning rates. The clock goes on, and with
    it the rows, the data and the random numbers, so what comes is not what came before.

    Args:
        evaluate: whose history is watched; it must be called before this, its log after this.
        fall: share of its best that a metric has to lose.
        action: `log` a collapse; `stop` the run there; or `rollback`.
        rollbacks: at most so many; later collapses are logged.
        best: path of best.ckpt.

    Attributes:
        stopped: whether it has ended training.
        best_iteration: whose networks best.ckpt has; None for no best.ckpt, or one of other
            networks than this run's.
        rolled_back: iterations whose networks were given up, and those that were gone back to.
    """

    def __init__(
        self,
        evaluate: Evaluate,
        *,
        fall: float,
        action: Literal["log", "stop", "rollback"],
        rollbacks: int,
        best: Path,
    ) -> None:
        self.evaluate = evaluate
        self.fall = fall
        self.action = action
        self.rollbacks = rollbacks
        self.best = best
        self.stopped = False
        self.best_iteration: int | None = None
        self.rolled_back: dict[int, int] = {}

    @property
    def collapses(self) -> list[Collapse]:
        """All of the run, earlier sessions included."""
        histories = [*self.evaluate.earlier, self.evaluate.history]
        return [found for history in histories for found in find_collapses(history, self.fall)]

    @property
    def kept(self) -> list[dict[str, float]]:
        """The evaluations that can be compared, without those of networks that were given up."""
        rows = self.evaluate.history
        return [row for row in rows if row["iteration"] not in self.rolled_back]

    def record(self) -> list[dict[str, Any]]:
        """Return the collapses as plain data, each with the iteration that was gone back to."""
        return [
            asdict(collapse) | {"rolled_back_to": self.rolled_back.get(collapse.iteration)}
            for collapse in self.collapses
        ]

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Look what is there, and let a run that ended at a collapse stay ended when repeated."""
        # One process looks, so that all agree.
        found = self._find_best() if trainer.is_global_zero else None
        self.best_iteration = trainer.strategy.broadcast(found)
        self._set_rates(module)
        stops = self.action == "stop"
        if stops and any(found.iteration == module.iteration for found in self.collapses):
            self.stopped = trainer.should_stop = True

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Look at a new evaluation: its history, and so the answer, is that of every process."""
        if not self.evaluate.is_new(module):
            return
        new = [found for found in self.collapses if found.iteration == module.iteration]
        answer = self._answer(trainer, module) if new else ""
        self.evaluate.metrics_log.add({"collapses": len(self.collapses)})
        if self.action == "rollback" or self.rolled_back:
            self.evaluate.metrics_log.add({"rollbacks": len(self.rolled_back)})
        for collapse in new:
            if trainer.is_global_zero and self.evaluate.progress:
                self.evaluate.progress.say(f"{collapse}{answer}")
            for dashboard in trainer.loggers:
                dashboard.alert("Mode collapse", f"{collapse}{answer}", module.iteration)
        for dashboard in trainer.loggers:
            dashboard.log_best(outcome(self.kept, self.evaluate.evaluation.better))

    def _answer(self, trainer: Trainer, module: Algorithm) -> str:
        """Do what is to be done about a collapse, and return it in words."""
        if self.action == "stop":
            self.stopped = trainer.should_stop = True
        # After the last iteration nothing goes on that could do better.
        if self.action != "rollback" or module.iteration == self.evaluate.iterations:
            return ""
        if len(self.rolled_back) == self.rollbacks:
            made = counted(self.rollbacks, "rollback was", "rollbacks were")
            return f"; {made} made already, and the run goes on"
        if self.best_iteration is None:
            return "; there is no best.ckpt here to go back to, and the run goes on"
        module.go_back_to(read_checkpoint(self.best))
        self.rolled_back[module.iteration] = self.best_iteration
        self._set_rates(module)
        return (
            f"; back to the networks of iteration {self.rolled_back[module.iteration]}, with "
            f"learning rates times {module.changing.rate_share:g}"
        )

    def _find_best(self) -> int | None:
        """Return the iteration of best.ckpt, if that is one of this run's evaluations.

        A run that goes on from an older checkpoint finds the best.ckpt of a future that it has
        left; one that goes on in another directory finds none.
        """
        if not self.evaluate.history:
            return None
        try:
            iteration = read_checkpoint(self.best)["clock"]["iteration"]
        except CheckpointError:  # missing or damaged, which is no reason not to train
            return None
        known = {row["iteration"] for row in self.evaluate.history}
        return iteration if iteration in known else None

    def _set_rates(self, module: Algorithm) -> None:
        module.changing.rate_share = 0.5 ** len(self.rolled_back)

    def state_dict(self) -> dict[str, Any]:
        """Return the rollbacks, so that a continued run knows of them."""
        return {"rolled_back": [list(pair) for pair in self.rolled_back.items()]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue with as many rollbacks behind it."""
        try:
            self.rolled_back = dict(STATE(state)["rolled_back"])
        except DamageError as error:
            raise CheckpointError(
                f"ckpt= cannot be continued: the state of CollapseMonitor {error}."
            ) from error
