"""Where each file of a run lies, and who may write there."""

import errno
import re
from pathlib import Path
from typing import final

from gan_lab.durable import refuse_to_replace, remove_unfinished
from gan_lab.errors import ConfigError
from gan_lab.runs.lock import Lock
from gan_lab.safe_reading import FILE, FOLDER, kind_of

# What a run leaves in its directory and its folders, by name; pictures and records by iteration.
OWN_FILES = (
    "metrics.csv", "start.json", "summary.json", "repeats.json", "report.html", ".lock",
    ".hydra/config.yaml", ".hydra/overrides.yaml", ".hydra/hydra.yaml",
    "checkpoints/last.ckpt", "checkpoints/previous.ckpt", "checkpoints/best.ckpt",
    "checkpoints/manifest.json", "samples/real.png", "wandb/id", "mlflow/id",
)  # fmt: skip
OWN_FOLDERS = (
    ".hydra", "checkpoints", "samples", "evaluation", "traversals", "codes", "features",
    "tensorboard", "wandb", "mlflow",
)  # fmt: skip


@final
class RunDirectory:
    """The paths of one run.

    Args:
        root: the directory itself.

    Attributes:
        hydra: folder of the composed configuration and of the overrides that led to it.
        checkpoints: folder of last.ckpt, previous.ckpt, best.ckpt, kept ones and manifest.json.
        last_checkpoint: the newest checkpoint.
        metrics: table of one row per logged iteration.
        samples: folder of sample grids, one picture per chosen iteration.
        real: real images, in the form of those grids.
        evaluation: folder of one record per evaluation, numbers and protocol, and one picture.
        traversals: folder of pictures of what the latents' factors do, made with the first.
        codes: folder of pictures of an autoencoder's codes, made with the first.
        features: folder of pictures of the features of two domains, made with the first.
        start: what is known of the run when training starts.
        summary: how the run ended.
        repeats: the newest evaluation with several draws of images, mean and spread.
        report: the run on one page.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()
        self.hydra = self.root / ".hydra"
        self.checkpoints = self.root / "checkpoints"
        self.last_checkpoint = self.checkpoints / "last.ckpt"
        self.metrics = self.root / "metrics.csv"
        self.samples = self.root / "samples"
        self.real = self.samples / "real.png"
        self.evaluation = self.root / "evaluation"
        self.traversals = self.root / "traversals"
        self.codes = self.root / "codes"
        self.features = self.root / "features"
        self.start = self.root / "start.json"
        self.summary = self.root / "summary.json"
        self.repeats = self.root / "repeats.json"
        self.report = self.root / "report.html"
        self._lock = Lock(self.root / ".lock")

    def holds(self, ckpt: str) -> bool:
        """Return whether `ckpt` is one of this run's checkpoints."""
        return Path(ckpt).absolute().parent == self.checkpoints

    def open(self, *, new: bool) -> None:
        """Make the folders of a new run, or enter those of one that goes on; keep others out.

        Raises:
            ConfigError: the directory cannot be written, is in use, or holds a run although this
                one is new.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._refuse_what_leads_elsewhere()
            if not self._lock.acquire():
                raise ConfigError(
                    f"hydra.run.dir={self.root} is in use by another process. Wait for its end, "
                    f"or name another directory."
                )
            try:
                self._enter(new)
            except BaseException:
                self.close()
                raise
        except OSError as error:
            raise ConfigError(
                f"hydra.run.dir={self.root} cannot be written to ({error.strerror}). "
                f"Name another directory for the run."
            ) from error

    def _enter(self, new: bool) -> None:
        if new and (self.metrics.exists() or self.last_checkpoint.exists()):
            raise ConfigError(
                f"hydra.run.dir={self.root} already holds a run. Continue it with "
                f"ckpt={self.last_checkpoint}, or name another directory."
            )
        for folder in (self.root, self.hydra, self.checkpoints, self.samples, self.evaluation):
            folder.mkdir(exist_ok=True)
            remove_unfinished(folder)

    def _refuse_what_leads_elsewhere(self) -> None:
        """Refuse a directory in which a link, a pipe or a device bears the name of a run's part.

        Raises:
            OSError: there is one.
        """
        for name in OWN_FOLDERS:
            if (kind := kind_of(self.root / name)) not in (None, FOLDER):
                raise OSError(errno.ENOTDIR, f"{name} is {kind}, not a folder")
        for name in OWN_FILES:
            refuse_to_replace(self.root / name)
        for path in (*self._made_at(), *by_iteration(self.checkpoints, ".ckpt").values()):
            refuse_to_replace(path)

    def forget_after(self, iteration: int) -> None:
        """Remove the pictures and records that a run going on from `iteration` will make again."""
        for path, made_at in self._made_at().items():
            if made_at > iteration and kind_of(path) == FILE:
                path.unlink()

    def _made_at(self) -> dict[Path, int]:
        """Return the pictures and records, each with its iteration."""
        folders = (
            self.samples, self.evaluation, self.traversals, self.codes, self.features
        )  # fmt: skip
        kinds = [(folder, ".png") for folder in folders]
        kinds += [(self.evaluation, ".json"), (self.samples, ".mid")]
        return {
            path: iteration for kind in kinds for iteration, path in by_iteration(*kind).items()
        }

    def is_in_use(self) -> bool:
        """Return whether a process has opened the run and not closed it yet; none is disturbed."""
        return self._lock.is_held()

    def close(self) -> None:
        """Let others in."""
        self._lock.release()


def by_iteration(folder: Path, ending: str) -> dict[int, Path]:
    """Return what has the name of a run's picture or record, as in 00000100.png, in order.

    Args:
        folder: through a link nothing is found.
        ending: of the names.
    """
    if kind_of(folder) != FOLDER:
        return {}
    names = re.compile(rf"[0-9]{{8,15}}{re.escape(ending)}")
    found = {
        int(path.stem): path
        for path in folder.iterdir()
        if names.fullmatch(path.name) and path.stem == f"{int(path.stem):08d}"
    }
    return dict(sorted(found.items()))
