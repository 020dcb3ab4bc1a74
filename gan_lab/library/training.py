"""gan_lab.train: a run within somebody's own program."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch
from hydra.core.hydra_config import HydraConfig

from gan_lab.config.plain import override
from gan_lab.errors import ConfigError
from gan_lab.library.places import checkpoint_of
from gan_lab.library.session import session
from gan_lab.library.trained_model import TrainedModel, load
from gan_lab.machine.launched_processes import within_a_program
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.metrics_file import read_metrics
from gan_lab.runs.reading import Run, read_run


@final
@dataclass(frozen=True)
class TrainedRun:
    """A run on disk.

    Attributes:
        directory: that it keeps its files in.
        plugins: the words that named some, without which its model cannot be opened.
    """

    directory: Path
    plugins: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """`finished`, `interrupted` or `failed`."""
        return self._read.status

    @property
    def iterations(self) -> int:
        """Completed ones."""
        return self._read.iterations

    @property
    def checkpoint(self) -> Path:
        """The best one, or the last one where none was evaluated."""
        return checkpoint_of(self.directory)

    @property
    def report(self) -> Path:
        """The page of the run, for a browser."""
        return self._paths.report

    @property
    def samples(self) -> list[Path]:
        """Pictures of the same latents, from the first to the last."""
        return list(self._read.samples.values())

    @property
    def scores(self) -> Mapping[str, Mapping[str, float | None]]:
        """`{metric: {"last", "best", "best_iteration"}}`."""
        return self._read.metrics

    @property
    def metrics(self) -> Any:
        """The rows of metrics.csv: a pandas DataFrame where pandas is installed, else dicts.

        Raises:
            CheckpointError: the file is damaged.
        """
        rows = read_metrics(self._paths.metrics)
        try:
            import pandas
        except ImportError:
            return rows
        return pandas.DataFrame(rows)

    def load(self, *words: str, device: str = "auto") -> TrainedModel:
        """Return the model of `checkpoint`; see `gan_lab.load`."""
        return load(self.checkpoint, *self.plugins, *words, device=device)

    @property
    def _paths(self) -> RunDirectory:
        return RunDirectory(self.directory)

    @property
    def _read(self) -> Run:
        return read_run(self.directory)


def train(*words: str, directory: str | Path | None = None) -> TrainedRun:
    """Train as the words of a command say, and return the run.

    Ctrl-C lets the iteration end, saves, and returns the run with the status `interrupted`; a
    second one acts at once. `train(f"ckpt={run.directory}/checkpoints/last.ckpt")` goes on.
    Of several GPUs one is used: more need the processes that a command starts.

    Args:
        words: such as `data=digits`, `iterations=1000`; see `python -m gan_lab --help`.
        directory: of the run, a new one; None: a new one in outputs/.

    Raises:
        GanLabError: a word is wrong, data cannot be prepared, or the run cannot go on; what was
            saved before is kept.
    """
    if directory is not None:
        words = (*words, override("hydra.run.dir", Path(directory).expanduser().absolute()))
    if torch.cuda.device_count() > 1 and not any(_is_about_devices(word) for word in words):
        words = (*words, "trainer.devices=1")
    with session(*words) as (config, task), within_a_program():
        if config.task != "train":
            raise ConfigError(
                f"task={config.task} does not train: leave it out, or type the command "
                f"python -m gan_lab task={config.task}."
            )
        named = tuple(word for word in words if word.startswith("plugins="))
        run = TrainedRun(Path(HydraConfig.get().runtime.output_dir), named)
        try:
            task(config)
        except SystemExit as end:
            if end.code != 128 + signal.SIGINT:
                raise  # whoever ends the process means the program
    return run


def _is_about_devices(word: object) -> bool:
    return str(word).lstrip("+").startswith("trainer.devices=")
