"""What a person watches: a bar in a terminal, one line in a notebook, one per row elsewhere."""

import html
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

from gan_lab.callbacks.expected_end import ExpectedEnd
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.runs.column_names import called
from gan_lab.terminal import console, printable
from gan_lab.training.algorithm import Algorithm

# Shorter waits need no announcement.
LONG_SECONDS = 10


@final
class EvaluationProgress:
    """A bar for each evaluation in a terminal; elsewhere one line if it will take long.

    Args:
        console: to print on.
        bar: of the training that the evaluation interrupts; None makes one of its own.
    """

    def __init__(self, console: Console, bar: Progress | None = None) -> None:
        self.console = console
        self._is_guest = bar is not None
        self._bar = bar or new_bar(console)
        self._has_announced = False

    def say(self, message: str) -> None:
        """Print one line, above the bar if there is one."""
        # Words in square brackets, such as [auto,inception], are no styles.
        self.console.print(printable(message), soft_wrap=True, markup=False)

    @contextmanager
    def counting(self, images: int) -> Iterator[Callable[[int], None]]:
        """Show how many of `images` are done while the body runs; it is given what to tell."""
        if not self.console.is_terminal:
            yield self._announce_if_long(images)
            return
        task = self._bar.add_task("evaluating", total=images, numbers="images")
        if not self._is_guest:
            self._bar.start()
        try:
            yield lambda count: self._bar.advance(task, count)
        finally:
            self._bar.remove_task(task)
            if not self._is_guest:
                self._bar.stop()

    def _announce_if_long(self, images: int) -> Callable[[int], None]:
        started, done = time.monotonic(), 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            seconds = (time.monotonic() - started) * images / done
            if seconds > LONG_SECONDS and not self._has_announced:
                self.say(f"evaluating {images:,} images takes about {seconds:.0f} s")
            self._has_announced = True

        return advance


def new_bar(console: Console) -> Progress:
    """Return a bar whose tasks have a description and a field `numbers`."""
    return Progress(
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[numbers]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
    )


@final
class NotebookLine:
    """A line below a notebook's cell, with a bar, which the next one takes the place of."""

    def __init__(self) -> None:
        self._shown: Any = None

    def show(self, text: str, share: float) -> None:
        """Show what is said, and how much of the whole is done, from 0 to 1."""
        from IPython.display import display  # every notebook has it

        bar = f'<progress value="{share:.4f}" style="width: 12em"></progress> '
        content = {"text/plain": text, "text/html": bar + html.escape(text)}
        if self._shown is None:
            self._shown = display(content, raw=True, display_id=True)
        else:
            self._shown.update(content, raw=True)


@final
class TrainingProgress(Callback):
    """Show iteration, images per second, what the algorithm says is watched, and the time left.

    After its first hundred iterations the end is told once, for who looks at the log later.

    Args:
        iterations: length of the run.
        metrics_log: where the numbers come from; it must be called before this.

    Attributes:
        evaluation: the same for evaluations in between.
    """

    def __init__(self, iterations: int, metrics_log: MetricsLog) -> None:
        self.iterations = iterations
        self.metrics_log = metrics_log
        self._console = console()
        self._bar = new_bar(self._console)
        self.evaluation = EvaluationProgress(self._console, self._bar)
        self._task: Any = None
        self._line = NotebookLine()
        self._shown: dict[str, float] = {}
        self._start = 0

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Open the bar."""
        self._start = module.iteration
        self._expected = ExpectedEnd(self.iterations, module.iteration, module.stages)
        if trainer.is_global_zero and self._console.is_terminal:
            self._task = self._bar.add_task(
                "iteration", total=self.iterations, completed=module.iteration, numbers=""
            )
            self._bar.start()

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Move the bar, or print a line where there is a new row; say once when the end will be."""
        expected = self._expected.after(module.iteration)
        if expected and trainer.is_global_zero:
            self.evaluation.say(expected)
        if self._task is not None:
            self._bar.update(self._task, completed=module.iteration, numbers=self._numbers(module))
        elif trainer.is_global_zero and self.metrics_log.row != self._shown:
            self._shown = self.metrics_log.row
            per_second = (module.iteration - self._start) / self.metrics_log.session_seconds
            left = timedelta(seconds=round((self.iterations - module.iteration) / per_second))
            line = (
                f"iteration {module.iteration}/{self.iterations}  {self._numbers(module)}  "
                f"{left} left"
            )
            if self._console.is_jupyter:
                self._line.show(line, module.iteration / self.iterations)
            else:
                self._console.print(line, soft_wrap=True)

    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Close the bar."""
        self._close()

    def on_exception(self, trainer: Trainer, module: Algorithm, exception: BaseException) -> None:
        """Close the bar."""
        self._close()

    def _numbers(self, module: Algorithm) -> str:
        row = self.metrics_log.row
        speed = [f"{row['images_per_second']:.0f} images/s"] if row else []
        watched = [f"{called(name)} {row[name]:.3f}" for name in module.watched if name in row]
        return "  ".join(speed + watched)

    def _close(self) -> None:
        if self._task is not None:
            self._bar.stop()
