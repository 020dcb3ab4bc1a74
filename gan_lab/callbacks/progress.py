"""What a person watches: a bar in a terminal, one line per row elsewhere."""

from datetime import timedelta
from typing import Any, final

from lightning import Callback, Trainer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.training.gan import GAN


@final
class TrainingProgress(Callback):
    """Show iteration, images per second, D(x), D(G(z)) and the time left.

    Args:
        iterations: length of the run.
        metrics_log: where the numbers come from; it must be called before this.
    """

    def __init__(self, iterations: int, metrics_log: MetricsLog) -> None:
        self.iterations = iterations
        self.metrics_log = metrics_log
        self._console = Console(highlight=False)
        self._bar = Progress(
            TextColumn("iteration"),
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self._console,
        )
        self._task: Any = None
        self._shown: dict[str, float] = {}
        self._start = 0

    def on_train_start(self, trainer: Trainer, module: GAN) -> None:
        """Open the bar."""
        self._start = module.iteration
        if trainer.is_global_zero and self._console.is_terminal:
            self._task = self._bar.add_task(
                "train", total=self.iterations, completed=module.iteration, numbers=""
            )
            self._bar.start()

    def on_train_batch_end(
        self, trainer: Trainer, module: GAN, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Move the bar, or print a line where there is a new row."""
        if self._task is not None:
            self._bar.update(
                self._task, completed=module.iteration, numbers=_numbers(self.metrics_log.row)
            )
        elif trainer.is_global_zero and self.metrics_log.row != self._shown:
            self._shown = self.metrics_log.row
            per_second = (module.iteration - self._start) / self.metrics_log.session_seconds
            left = timedelta(seconds=round((self.iterations - module.iteration) / per_second))
            self._console.print(
                f"iteration {module.iteration}/{self.iterations}  {_numbers(self._shown)}  "
                f"{left} left",
                soft_wrap=True,
            )

    def on_train_end(self, trainer: Trainer, module: GAN) -> None:
        """Close the bar."""
        self._close()

    def on_exception(self, trainer: Trainer, module: GAN, exception: BaseException) -> None:
        """Close the bar."""
        self._close()

    def _close(self) -> None:
        if self._task is not None:
            self._bar.stop()


def _numbers(row: dict[str, float]) -> str:
    if not row:
        return ""
    return (
        f"{row['images_per_second']:.0f} images/s  "
        f"D(x) {row['d_real']:.3f}  D(G(z)) {row['d_fake']:.3f}"
    )
