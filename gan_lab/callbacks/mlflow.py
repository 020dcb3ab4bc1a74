"""MLflow: a run's curves, parameters and pictures in a store that many runs share."""

import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, final

from PIL.Image import Image

from gan_lab.callbacks.dashboards import Dashboard, WatchedRun
from gan_lab.callbacks.harmless import harmless
from gan_lab.durable import replacing
from gan_lab.extras import require
from gan_lab.runs.summary import Status
from gan_lab.runs.sweep_results import summary_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

STATUS = {"finished": "FINISHED", "interrupted": "KILLED", "failed": "FAILED"}
SETTINGS = {
    # Folders are the one store that needs no database; MLflow wants to be asked for them.
    "MLFLOW_ALLOW_FILE_STORE": "true",
    # Tries, and seconds of each: a server that is lost holds a run up for no longer.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}


@final
class MLflow(Dashboard):
    """Shows a run in MLflow; a run that goes on is the same run there.

    Args:
        save_dir: the run directory, whose `mlflow/id` says which run of MLflow it is.
        experiment: of MLflow, that its run belongs to.
        tracking_uri: where it keeps runs, a folder or a server; None: as `MLFLOW_TRACKING_URI`
            says, else the folder `mlruns` here.

    Attributes:
        has_failed: it is told nothing more.

    Raises:
        ConfigError: the package is not installed.
    """

    called = "MLflow"

    def __init__(self, save_dir: Path, *, experiment: str, tracking_uri: str | None) -> None:
        for variable, value in SETTINGS.items():  # read when it is imported
            os.environ.setdefault(variable, value)
        require("mlflow", "logger=mlflow", "mlflow")
        self.root = Path(save_dir)
        self.experiment = experiment
        self.store = tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or "mlruns"
        self.after_failure = f"{self.root} is complete without it."
        self.has_failed = False
        self._client: MlflowClient | None = None
        self._run = ""
        self._watched = WatchedRun("", {}, [], None)

    @harmless
    def begin(self, run: WatchedRun) -> None:
        """Open a run, or the one that an earlier session has begun."""
        from mlflow import MlflowClient
        from mlflow.entities import Param, RunTag

        self._watched = run
        self._client = MlflowClient(self.store)
        self._run = self._begun_before() or self._begin_another(run)
        known = self._client.get_run(self._run).data
        # What is known cannot be changed; of a longer run the length is another one.
        params = [
            Param(name, str(value))
            for name, value in run.parameters.items()
            if name not in known.params
        ]
        tags = [RunTag("task", run.task), RunTag("directory", str(self.root))]
        tags += [RunTag("sweep", run.sweep)] if run.sweep else []
        self._client.log_batch(self._run, params=params, tags=tags)
        self._client.log_text(self._run, json.dumps(run.config, indent=2), "configuration.json")

    def _begun_before(self) -> str | None:
        """Return the run that this one goes on with, if the store has it."""
        from mlflow.exceptions import MlflowException

        path = self.root / "mlflow" / "id"
        if not path.exists():
            return None
        try:
            name = path.read_text()
            self._client.update_run(name, status="RUNNING")
        except MlflowException:
            return None
        return name

    def _begin_another(self, run: WatchedRun) -> str:
        found = self._client.get_experiment_by_name(self.experiment)
        number = found.experiment_id if found else self._client.create_experiment(self.experiment)
        name = self._client.create_run(number, run_name=run.name or None).info.run_id
        (self.root / "mlflow").mkdir(exist_ok=True)
        with replacing(self.root / "mlflow" / "id") as file:
            file.write(name.encode())
        return name

    @harmless
    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Add a point to each metric's curve."""
        self._log(self._watched.in_panels(metrics), step)

    @harmless
    def log_picture(self, name: str, picture: Image, step: int) -> None:
        """Keep the picture with those of its name."""
        path = f"{self._watched.in_panel(name)}/{step:08d}.png"
        self._client.log_image(self._run, picture, path)

    def log_histogram(self, name: str, heights: Sequence[float], step: int) -> None:
        """Do nothing: MLflow has no histograms."""

    def log_best(self, outcome: Mapping[str, Mapping[str, float | None]]) -> None:
        """Do nothing: they are logged when the run ends."""

    @harmless
    def alert(self, title: str, text: str, step: int) -> None:
        """Tag the run with it."""
        self._client.set_tag(self._run, title, text)

    @harmless
    def end(self, status: Status) -> None:
        """Hand over the best values and the page."""
        if not self._client:
            return
        summary = summary_of(self.root)
        best = {f"best/{name}": values["best"] for name, values in summary["metrics"].items()}
        best = {name: value for name, value in best.items() if value is not None}
        self._log(best, summary.get("iterations", 0))
        if (self.root / "report.html").exists():
            self._client.log_artifact(self._run, str(self.root / "report.html"))
        self._client.set_terminated(self._run, STATUS[status])

    def _log(self, values: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = round(1000 * time.time())
        points = [
            Metric(name, float(value), now, int(step))
            for name, value in values.items()
            if math.isfinite(value)
        ]
        self._client.log_batch(self._run, metrics=points)
