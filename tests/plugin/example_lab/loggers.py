"""A dashboard that is a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

from PIL.Image import Image

from gan_lab.callbacks.dashboards import Dashboard, WatchedRun


@final
class JsonLines(Dashboard):
    """`log.jsonl` in the run directory: a line for each row of metrics.csv."""

    def __init__(self, save_dir: Path, digits: int) -> None:
        super().__init__()
        self.path = Path(save_dir) / "log.jsonl"
        self.digits = digits

    def begin(self, run: WatchedRun) -> None:
        self._write({"begins": list(run.overrides), "iteration": run.iteration})

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        rounded = {name: round(value, self.digits) for name, value in metrics.items()}
        self._write({"iteration": step, **rounded})

    def alert(self, title: str, text: str, step: int) -> None:
        self._write({"iteration": step, "alert": title})

    def end(self, status: str) -> None:
        self._write({"ends": status})

    def log_picture(self, name: str, picture: Image, step: int) -> None:
        pass

    def log_histogram(self, name: str, counts: Sequence[int], step: int) -> None:
        pass

    def log_best(self, outcome: Mapping[str, Mapping[str, float | None]]) -> None:
        pass

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
