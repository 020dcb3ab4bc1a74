"""A run as its directory tells it, be it going on, ended or killed; no torch in here."""

import glob
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gan_lab.errors import GanLabError
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.metrics_file import read_metrics
from gan_lab.runs.summary import outcome

# What start.json and summary.json hold under these keys; what is of another kind is not ours.
KINDS = {
    "status": str,
    "monitor": str,
    "iterations": int,
    "seconds": int | float,
    "collapses": list,
} | dict.fromkeys(("metrics", "evaluation", "versions", "hardware", "equilibrium", "better"), dict)


@dataclass(frozen=True)
class Run:
    """What a run directory holds so far; of what is missing or damaged, nothing.

    Attributes:
        root: the directory.
        status: `finished`, `interrupted` or `failed`; `running`, or `killed` before it could say.
        overrides: the words typed.
        config: the composed configuration.
        options: the option of each group, chosen or by default.
        about: start.json and, over it, summary.json.
        rows: of metrics.csv.
        evaluations: records in order, each with its `iteration`.
        samples: pictures of the fixed latents, by iteration.
        pictures: the evaluations' pictures, by iteration.
    """

    root: Path
    status: str
    overrides: Sequence[str]
    config: Mapping[str, Any]
    options: Mapping[str, Any]
    about: Mapping[str, Any]
    rows: Sequence[Mapping[str, float]]
    evaluations: Sequence[Mapping[str, Any]]
    samples: Mapping[int, Path]
    pictures: Mapping[int, Path]

    @property
    def iterations(self) -> int:
        """Completed ones, as far as is known."""
        return int(self.about.get("iterations") or (self.rows[-1]["iteration"] if self.rows else 0))

    @property
    def seconds(self) -> float:
        """Seconds of training, over all sessions."""
        return self.about.get("seconds") or (self.rows[-1].get("seconds", 0) if self.rows else 0)

    @property
    def metrics(self) -> dict[str, dict[str, float | None]]:
        """Return `{metric: {"last", "best", "best_iteration"}}`."""
        if "metrics" in self.about:
            found = self.about["metrics"].items()
            return {name: values for name, values in found if isinstance(values, dict)}
        return outcome(self.rows, self.about.get("better", {}))

    @property
    def monitor(self) -> str | None:
        """The metric that the best checkpoint is chosen by; None without evaluations."""
        distances = (name for name in self.metrics if name == "fid" or name[:3] == "fd_")
        return self.about.get("monitor") or next(distances, None)

    def series(self, metric: str) -> tuple[list[float], list[float]]:
        """Return the iterations at which a metric was logged, and its values; the finite ones."""
        found = [row for row in self.rows if math.isfinite(row.get(metric, math.nan))]
        return [row["iteration"] for row in found], [row[metric] for row in found]


def read_run(root: Path) -> Run:
    """Return what the directory `root` tells of its run."""
    directory = RunDirectory(root)
    summary = _known(directory.summary)
    unsaid = "running" if directory.is_in_use() else "killed"
    try:
        rows = read_metrics(directory.metrics)
    except GanLabError:
        rows = []
    records = [_json(path) for path in sorted(directory.evaluation.glob("*.json"))]
    return Run(
        root=directory.root,
        status=str(summary.get("status", unsaid)),
        overrides=_yaml(directory.hydra / "overrides.yaml", list),
        config=_yaml(directory.hydra / "config.yaml", dict),
        options=_options(_yaml(directory.hydra / "hydra.yaml", dict)),
        about=_known(directory.start) | summary,
        rows=rows,
        evaluations=[record for record in records if "iteration" in record],
        samples=_by_iteration(directory.samples),
        pictures=_by_iteration(directory.evaluation),
    )


def find_runs(pattern: str) -> list[Path]:
    """Return the run directories that the pattern names, and those below what it names.

    Args:
        pattern: a path, in which `*`, `?` and `**` stand for names.
    """
    named = Path(pattern).expanduser()
    # A directory may have a name that would be a pattern.
    paths = [named] if named.is_dir() else glob.glob(str(named), recursive=True)  # noqa: PTH207
    found = {root for path in paths for root in _runs_below(Path(path))}
    return sorted(found, key=lambda root: [_as_number(part) for part in root.parts])


def _runs_below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        return
    for mark in (*path.rglob("metrics.csv"), *path.rglob("start.json")):
        yield mark.parent.absolute()


def _as_number(name: str) -> tuple[int, str]:
    # The jobs of a sweep are numbered.
    return (int(name), "") if name.isdigit() else (-1, name)


def _known(path: Path) -> dict[str, Any]:
    return {
        key: value
        for key, value in _json(path).items()
        if isinstance(value, KINDS.get(key, object))
    }


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _yaml(path: Path, kind: type) -> Any:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return kind()
    return found if isinstance(found, kind) else kind()


def _options(node: Any) -> dict[str, Any]:
    for key in ("hydra", "runtime", "choices"):
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _by_iteration(folder: Path) -> dict[int, Path]:
    paths = (path for path in sorted(folder.glob("*.png")) if path.stem.isdigit())
    return {int(path.stem): path for path in paths}
