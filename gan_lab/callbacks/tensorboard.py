"""TensorBoard: event files in the run directory."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, final

import numpy as np
from PIL.Image import Image

from gan_lab.callbacks.dashboards import Dashboard, WatchedRun, bars
from gan_lab.extras import require
from gan_lab.runs.summary import Status
from gan_lab.runs.sweep_results import summary_of

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


@final
class TensorBoard(Dashboard):
    """Shows a run in TensorBoard.

    Args:
        save_dir: the run directory, in whose `tensorboard/` the event files are, one per session.

    Raises:
        ConfigError: the package is not installed.
    """

    def __init__(self, save_dir: Path) -> None:
        require("tensorboard", "logger=tensorboard", "tensorboard")
        self.root = Path(save_dir)
        self.folder = self.root / "tensorboard"
        self._writer: SummaryWriter | None = None
        self._watched = WatchedRun("", {}, [], None)

    def begin(self, run: WatchedRun) -> None:
        """Start an event file; what an earlier session logged beyond the checkpoint is dropped."""
        from torch.utils.tensorboard import SummaryWriter

        self._watched = run
        goes_on = {"purge_step": run.iteration + 1} if run.iteration else {}
        self._writer = SummaryWriter(self.folder, **goes_on)
        configuration = json.dumps(run.config, indent=2)
        self._writer.add_text("configuration", f"```\n{configuration}\n```", run.iteration)

    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Add a point to each metric's curve."""
        for name, value in self._watched.in_panels(metrics).items():
            self._writer.add_scalar(name, value, step)

    def log_picture(self, name: str, picture: Image, step: int) -> None:
        """Add the picture to those of its name."""
        pixels = np.asarray(picture.convert("RGB"))
        self._writer.add_image(self._watched.in_panel(name), pixels, step, dataformats="HWC")

    def log_histogram(self, name: str, heights: Sequence[float], step: int) -> None:
        """Add a histogram of class numbers."""
        heights, edges = bars(heights)
        centres = (edges[:-1] + edges[1:]) / 2
        self._writer.add_histogram_raw(
            self._watched.in_panel(name),
            min=edges[0],
            max=edges[-1],
            num=heights.sum(),
            sum=heights @ centres,
            sum_squares=heights @ centres**2,
            bucket_limits=edges[1:],
            bucket_counts=heights,
            global_step=step,
        )

    def log_best(self, outcome: Mapping[str, Mapping[str, float | None]]) -> None:
        """Do nothing: TensorBoard's table of runs is written when the run ends."""

    def alert(self, title: str, text: str, step: int) -> None:
        """Add a text."""
        self._writer.add_text(title, text, step)

    def end(self, status: Status) -> None:
        """Put the run into the table of all, HParams, and close the event file."""
        if not self._writer:
            return
        self._add_to_table()
        self._writer.close()

    def _add_to_table(self) -> None:
        """Add a row of the run's parameters and of the best value of each metric."""
        from torch.utils.tensorboard.summary import hparams

        summary = summary_of(self.root)
        best = {
            f"best/{name}": values["best"]
            for name, values in summary["metrics"].items()
            if values["best"] is not None
        }
        # SummaryWriter.add_hparams would make a run of its own, without the curves.
        for part in hparams(dict(self._watched.parameters), best):
            self._writer.file_writer.add_summary(part)
        for name, value in best.items():
            self._writer.add_scalar(name, value, summary.get("iterations"))
