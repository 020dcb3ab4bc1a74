"""What a run says of itself: its configuration when training starts, its outcome at the end."""

import json
from collections.abc import Mapping
from typing import Any, final

from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only

from gan_lab.callbacks.collapse import CollapseMonitor
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.durable import replacing
from gan_lab.evaluation.evaluation import Evaluation
from gan_lab.evaluation.metric import Better
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.provenance import hardware, versions
from gan_lab.runs.summary import Status, write_summary
from gan_lab.training.algorithm import Algorithm


@final
class RunRecord(Callback):
    """Keeps `.hydra/`, `start.json` and `summary.json`; until training starts it touches none.

    So an attempt that is refused changes nothing of what a run directory says already.

    `start.json` tells what pages need to know of a run that has no summary.json yet, or never gets
    one: it is killed.

    Args:
        directory: of the run.
        files: names and texts for `.hydra/`.
        seed: of the run.
        metrics_log: knows the seconds and the rows.
        collapse: knows the evaluations; None if there are none.
    """

    def __init__(
        self,
        directory: RunDirectory,
        files: Mapping[str, str],
        seed: int,
        metrics_log: MetricsLog,
        collapse: CollapseMonitor | None = None,
    ) -> None:
        self.directory = directory
        self.files = files
        self.seed = seed
        self.metrics_log = metrics_log
        self.collapse = collapse
        self.started = False

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Record the configuration; what an earlier session said of its end no longer holds."""
        self.started = True
        self.directory.summary.unlink(missing_ok=True)
        self.directory.forget_after(module.iteration)
        for name, text in self.files.items():
            with replacing(self.directory.hydra / name) as file:
                file.write(text.encode())
        start = {
            "reference": dict(module.reference),
            "watched": list(module.watched),
            "better": self._better,
            "perfect": self._evaluation.perfect if self._evaluation else {},
            "units": self._evaluation.units if self._evaluation else {},
            "monitor": self.collapse.evaluate.monitor if self.collapse else "",
            **self._about(trainer),
        }
        with replacing(self.directory.start) as file:
            file.write((json.dumps(start, indent=2) + "\n").encode())

    @rank_zero_only
    def close(self, status: Status, trainer: Trainer, module: Algorithm) -> None:
        """Write summary.json, if training has started, or had ended in a session before."""
        if not self.started and status != "finished":
            return
        write_summary(
            self.directory.summary,
            status=status,
            iterations=module.iteration,
            images_seen=module.images_seen,
            seconds=self.metrics_log.seconds,
            rows=self.metrics_log.file.rows,
            better=self._better,
            about=self._about(trainer)
            | {"collapses": self.collapse.record() if self.collapse else []},
            since=self._since,
        )

    @property
    def _better(self) -> Mapping[str, Better]:
        return self._evaluation.better if self._evaluation else {}

    @property
    def _evaluation(self) -> Evaluation | None:
        return self.collapse.evaluate.evaluation if self.collapse else None

    @property
    def _since(self) -> int:
        return self.collapse.evaluate.since if self.collapse else 0

    def _about(self, trainer: Trainer) -> dict[str, Any]:
        return {
            "best_since": self._since,
            "evaluation": self._evaluation.protocol if self._evaluation else {},
            "seed": self.seed,
            "versions": versions(),
            "hardware": hardware(
                trainer.strategy.root_device, trainer.world_size, trainer.precision
            ),
        }
