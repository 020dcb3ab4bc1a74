"""Where each file of a run lies."""

from pathlib import Path
from typing import final

from gan_lab.durable import UNFINISHED
from gan_lab.errors import ConfigError


@final
class RunDirectory:
    """The paths of one run.

    Args:
        root: the directory itself.

    Attributes:
        hydra: folder of the composed configuration and of the overrides that led to it.
        checkpoints: folder of last.ckpt, previous.ckpt and manifest.json.
        last_checkpoint: the newest checkpoint.
        metrics: table of one row per logged iteration.
        samples: folder of sample grids, one picture per chosen iteration.
        summary: how the run ended.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()
        self.hydra = self.root / ".hydra"
        self.checkpoints = self.root / "checkpoints"
        self.last_checkpoint = self.checkpoints / "last.ckpt"
        self.metrics = self.root / "metrics.csv"
        self.samples = self.root / "samples"
        self.summary = self.root / "summary.json"

    def open(self, *, new: bool) -> None:
        """Make the folders of a new run, or enter those of one that goes on.

        Raises:
            ConfigError: the directory cannot be written, or holds a run although this one is new.
        """
        if new and (self.metrics.exists() or self.last_checkpoint.exists()):
            raise ConfigError(
                f"hydra.run.dir={self.root} already holds a run. Continue it with "
                f"ckpt={self.last_checkpoint}, or name another directory."
            )
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            self.samples.mkdir(exist_ok=True)
            for leftover in self.root.glob(f"{UNFINISHED}*"):
                leftover.unlink()
            # What an earlier session said of its end no longer holds.
            self.summary.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(
                f"hydra.run.dir={self.root} cannot be written to ({error.strerror}). "
                f"Name another directory for the run."
            ) from error
