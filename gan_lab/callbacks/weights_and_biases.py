"""Weights & Biases: a run's dashboard there, which holds nothing up and stops nothing.

What is logged goes to a process of W&B's own, which writes it into the run directory and sends it
on. What a server did not take can be sent from there later.
"""

import netrc
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, final
from urllib.parse import urlsplit

from PIL.Image import Image

from gan_lab.callbacks.dashboards import Dashboard, WatchedRun, bars
from gan_lab.callbacks.harmless import first_line, harmless
from gan_lab.ranges import Range
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.summary import Status
from gan_lab.runs.sweep_results import summary_of
from gan_lab.terminal import say

if TYPE_CHECKING:
    import wandb

# W&B refuses longer ones.
LONGEST_NAME, LONGEST_TAG = 128, 64

Seconds = Annotated[float, Range(0, 86_400, open_low=True)]


@final
class WeightsAndBiases(Dashboard):
    """Shows a run in Weights & Biases; a run that goes on is the same run there.

    Args:
        save_dir: the run directory; all that W&B writes is below it, in `wandb/`.
        project: of W&B.
        name: shown there; None takes a short one that says what the run is.
        group: runs to be shown together; None takes the sweep's name.
        tags: words to find it by, besides the overrides.
        checkpoints: upload them when the run ends.
        init_timeout: seconds that a server may take to answer when the run starts.
        finish_timeout: seconds that it may take for the rest when the run ends.

    Attributes:
        offline: it only records, for want of an API key; `WANDB_MODE` says otherwise.
        has_failed: it is told nothing more.
    """

    called = "W&B"

    def __init__(
        self,
        save_dir: Path,
        *,
        project: str,
        name: str | None,
        group: str | None,
        tags: Sequence[str],
        checkpoints: bool,
        init_timeout: Seconds,
        finish_timeout: Seconds,
    ) -> None:
        self.directory = RunDirectory(save_dir)
        self.files = self.directory.root / "wandb"
        self.project, self.given_name, self.group, self.tags = project, name, group, list(tags)
        self.checkpoints = checkpoints
        self.init_timeout, self.finish_timeout = init_timeout, finish_timeout
        self.offline = "WANDB_MODE" not in os.environ and not has_wandb_key()
        self.has_failed = False
        self._run: wandb.Run | None = None
        self._watched = WatchedRun("", {}, [], None)

    @property
    def after_failure(self) -> str:
        """What there is without W&B, and how to make up for it."""
        return (
            f"{self.directory.root} is complete without it. What W&B recorded is sent with "
            f"`{self.sync}`."
        )

    @property
    def sync(self) -> str:
        """The command that sends what was recorded; of offline sessions it makes one run."""
        if self._run and not self._run.offline:
            # Only this session: those that the server has would be sent once more.
            return f"wandb sync --include-online {Path(self._run.dir).parent}"
        return f"wandb sync {self.files}/offline-run-*"

    @harmless
    def begin(self, run: WatchedRun) -> None:
        """Open the run; if the server does not answer, offline."""
        import wandb

        self._watched = run
        # W&B's reports about itself would wait for the server when the command ends.
        os.environ.setdefault("OTEL_SDK_DISABLED", "true")
        # Copies of artifacts and logs would lie in the home directory.
        for variable in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR"):
            os.environ.setdefault(variable, str(self.files))
        known_as = self.files / "id"
        name = known_as.read_text() if known_as.exists() else secrets.token_hex(4)
        try:
            self._run = self._open(run, name, "offline" if self.offline else None)
        except Exception as error:
            if self.offline:
                raise
            say(f"W&B: no connection ({first_line(error)}).")
            wandb.teardown()  # its process still has a run of this name
            os.environ.pop("WANDB_SERVICE", None)  # and so has one that another program began
            self._run = self._open(run, name, "offline")
        self.files.mkdir(exist_ok=True)
        known_as.write_text(self._run.id)
        recorded = f"recorded offline; after `wandb login`, send it with `{self.sync}`"
        say(f"W&B: {self._run.url or recorded}")
        # Its own step counts calls, so that a run that goes on may repeat iterations.
        for clock in ("iteration", "images_seen"):
            self._run.define_metric(clock, hidden=True)  # an axis, and no chart
        self._run.define_metric("*", step_metric="iteration")

    def _open(self, run: WatchedRun, name: str, mode: str | None) -> "wandb.Run":
        import wandb

        settings = wandb.Settings(
            silent=True,
            console="off",
            init_timeout=self.init_timeout,
            finish_timeout=self.finish_timeout,
            finish_timeout_raises=True,
        )
        wandb.setup(settings)
        words = [word for word in run.overrides if not word.startswith("logger")]
        tags = dict.fromkeys([*self.tags, *words])
        return wandb.init(
            dir=self.directory.root,
            project=self.project,
            name=(self.given_name or run.name)[:LONGEST_NAME] or None,
            group=self.group or run.sweep,
            job_type=run.task,
            tags=[tag for tag in tags if len(tag) <= LONGEST_TAG],
            config=dict(run.config),
            id=name,
            resume="allow",
            mode=mode,
            settings=settings,
        )

    @harmless
    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Add a point to each metric's curve."""
        curves = {name: value for name, value in metrics.items() if name != "images_seen"}
        self._log(self._watched.in_panels(curves), step)

    @harmless
    def log_picture(self, name: str, picture: Image, step: int) -> None:
        """Add the picture to those of its name."""
        import wandb

        self._log({self._watched.in_panel(name): wandb.Image(picture)}, step)

    @harmless
    def log_histogram(self, name: str, heights: Sequence[float], step: int) -> None:
        """Add a histogram of class numbers."""
        import wandb

        histogram = wandb.Histogram(np_histogram=bars(heights))
        self._log({self._watched.in_panel(name): histogram}, step)

    def _log(self, values: Mapping[str, Any], step: int) -> None:
        """Show values at an iteration, which may be drawn over images seen as well."""
        images = step * self._watched.images_per_iteration
        self._run.log({**values, "iteration": step, "images_seen": images})

    @harmless
    def log_best(self, outcome: Mapping[str, Mapping[str, float | None]]) -> None:
        """Put the best into the run's summary, named as in a sweep's results.csv."""
        best = {f"best/{name}": values["best"] for name, values in outcome.items()}
        self._run.summary.update({name: value for name, value in best.items() if value is not None})

    @harmless
    def alert(self, title: str, text: str, step: int) -> None:
        """Send what W&B passes on as a mail or into a chat."""
        self._run.alert(title, text, level="WARN")

    @harmless
    def end(self, status: Status) -> None:
        """Hand over the best values and the files, and wait until all is sent."""
        if not self._run:
            return
        outcome = summary_of(self.directory.root)["metrics"]
        self.log_best(outcome)
        last = {name: values["last"] for name, values in outcome.items()}
        # W&B first asks the server about artifacts, and has no limit for the answer.
        upload = threading.Thread(target=self._upload_all, args=(last,), daemon=True)
        upload.start()
        upload.join(self.finish_timeout)
        self._run.finish(exit_code=0 if status == "finished" else 1)

    @harmless
    def _upload_all(self, metrics: Mapping[str, float]) -> None:
        self._upload("report", [self.directory.root / "report.html"], metrics)
        if self.checkpoints:
            folder = self.directory.checkpoints
            names = ("best.ckpt", "last.ckpt", "manifest.json")
            self._upload("model", [folder / name for name in names], metrics)

    def _upload(self, kind: str, paths: Sequence[Path], metrics: Mapping[str, float]) -> None:
        import wandb

        artifact = wandb.Artifact(f"{kind}-{self._run.id}", type=kind, metadata=dict(metrics))
        for path in paths:
            if path.exists():
                artifact.add_file(str(path), skip_cache=True)
        if artifact.manifest.entries:
            self._run.log_artifact(artifact)


def has_wandb_key() -> bool:
    """Return whether W&B would find an API key, without letting it ask for one."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    server = os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai")
    try:
        keys = netrc.netrc(os.environ.get("NETRC") or Path("~/.netrc").expanduser())
    except (OSError, netrc.NetrcParseError):
        return False
    return keys.authenticators(urlsplit(server).hostname or "") is not None
