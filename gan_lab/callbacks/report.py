"""report.html, kept up to date while a run goes on."""

import time
import warnings
from typing import Any, final

from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only

from gan_lab.callbacks.evaluation import Evaluate
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.runs.directory import RunDirectory
from gan_lab.training.algorithm import Algorithm

SECONDS_BEFORE = 5  # a run that ends sooner has its report at its end
SECONDS_BETWEEN = 30
SHARE = 0.02  # of the run's time, at most


@final
class Report(Callback):
    """Rewrite the report where there is a new picture or evaluation, but not all the time.

    A report that cannot be made costs one warning, never the run.

    Args:
        directory: of the run.
        samples_every: iterations between pictures.
        evaluate: which evaluations there are; None for none. It must be called before this.
        metrics_log: whose images per second leave out the time that the report takes.
    """

    def __init__(
        self,
        directory: RunDirectory,
        samples_every: int,
        evaluate: Evaluate | None,
        metrics_log: MetricsLog,
    ) -> None:
        self.directory = directory
        self.samples_every = samples_every
        self.evaluate = evaluate
        self.metrics_log = metrics_log
        self._is_next_at = time.monotonic() + SECONDS_BEFORE
        self._has_failed = False

    @rank_zero_only
    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Rewrite it if there is something new, and the last time is long enough ago."""
        is_news = module.iteration % self.samples_every == 0 or (
            self.evaluate is not None and self.evaluate.is_new(module)
        )
        if is_news and time.monotonic() >= self._is_next_at:
            started = time.monotonic()
            self.write()
            ended = time.monotonic()
            self.metrics_log.add({}, ended - started)
            self._is_next_at = ended + max(SECONDS_BETWEEN, (ended - started) / SHARE)

    @rank_zero_only
    def write(self) -> None:
        """Write the report of what the run directory holds now."""
        try:
            # Only now, because it brings matplotlib with it.
            from gan_lab.pages.run_page import write_run_page

            write_run_page(self.directory)
        except Exception as error:
            if not self._has_failed:
                warnings.warn(
                    f"{self.directory.report} could not be written ({error}); the run goes on. "
                    f"Make it later with task=report runs={self.directory.root}.",
                    stacklevel=2,
                )
            self._has_failed = True
