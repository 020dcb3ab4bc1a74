"""A run as its directory tells it, be it going on, ended, killed or damaged; no torch in here.

Whatever lies in the directory, what comes out of here is as its types say: every value has been
checked, words are printable, and what was wrong is told. Pages and tasks check nothing again.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, final

from gan_lab.runs import records
from gan_lab.runs.directory import OWN_FOLDERS, RunDirectory, by_iteration
from gan_lab.runs.metrics_file import parse_metrics
from gan_lab.runs.parsing import DamageError, parse_json, parse_yaml, read_text
from gan_lab.runs.perfect_values import perfect
from gan_lab.runs.records import REPEATS, START, SUMMARY, Check, each, table, take, text
from gan_lab.runs.summary import outcome
from gan_lab.safe_reading import FILE, FOLDER, kind_of

MOST_SHOWN = 3  # problems in one line
# Of what is no metric of samples.
UNITS = {"images_per_second": "images/s", "sampling_seconds": "s"}
MOST_NAMED = 12  # players or watched metrics; a stranger's table may name any number


@dataclass(frozen=True)
class Run:
    """What a run directory holds so far; of what is missing or damaged, nothing.

    Attributes:
        root: the directory.
        status: `finished`, `interrupted` or `failed`; `running`, or `killed` before it could say;
            `damaged` where its summary.json cannot be read.
        overrides: the words typed.
        config: the composed configuration.
        options: the option of each group, chosen or by default.
        about: start.json and, over it, summary.json.
        rows: of metrics.csv.
        evaluations: records in order, each with its `iteration`.
        samples: pictures of the fixed latents, by iteration.
        pictures: the evaluations' pictures, by iteration.
        repeats: an evaluation with several draws of images: `iteration`, `metrics`, their means,
            `std`, `repeats`, the numbers of each draw, and `protocol`.
        problems: what is wrong with the directory, as in `summary.json is not JSON`.
        traversals: pictures of the latents' factors, by iteration.
        codes: pictures of an autoencoder's codes, by iteration.
        features: pictures of the features of two domains, by iteration.
        sounds: samples that can be listened to, as MIDI files, by iteration.
        real: a picture of real images, in the form of the samples'; None without one.
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
    repeats: Mapping[str, Any]
    problems: Sequence[str] = ()
    traversals: Mapping[int, Path] = field(default_factory=dict)
    codes: Mapping[int, Path] = field(default_factory=dict)
    features: Mapping[int, Path] = field(default_factory=dict)
    sounds: Mapping[int, Path] = field(default_factory=dict)
    real: Path | None = None

    @property
    def damage(self) -> str:
        """What is wrong with the directory, in one line; empty for nothing."""
        rest = len(self.problems) - MOST_SHOWN
        return "; ".join([*self.problems[:MOST_SHOWN], *([f"{rest} more"] if rest > 0 else [])])

    @property
    def iterations(self) -> int:
        """Completed ones, as far as is known."""
        return self.about.get("iterations") or (self.rows[-1]["iteration"] if self.rows else 0)

    @property
    def seconds(self) -> float:
        """Seconds of training, over all sessions."""
        return self.about.get("seconds") or (self.rows[-1].get("seconds", 0) if self.rows else 0)

    @property
    def planned(self) -> int | None:
        """Iterations that the configuration asks for, if it says."""
        return _checked(records.count, self.config.get("iterations"))

    @property
    def seed(self) -> int | None:
        """The seed, if it is known."""
        return self.about.get("seed", _checked(records.whole, self.config.get("seed")))

    def choice(self, group: str) -> str:
        """Return the option of a group, such as `model`, or else the class that it names; or ''."""
        node = self.config.get(group)
        while isinstance(node, dict) and "_target_" not in node and node:
            node = next(iter(node.values()))
        named = node.get("_target_") if isinstance(node, dict) else None
        return self.options.get(group) or str(named or "").rpartition(".")[2]

    @cached_property  # pages ask again and again, and there may be a million rows
    def metrics(self) -> dict[str, dict[str, float | None]]:
        """Return `{metric: {"last", "best", "best_iteration"}}`."""
        if "metrics" in self.about:
            return self.about["metrics"]
        return outcome(self.rows, self.about.get("better", {}), self.about.get("best_since", 0))

    @property
    def monitor(self) -> str | None:
        """The metric that the best checkpoint is chosen by; None without evaluations."""
        return self.about.get("monitor") or None

    @property
    def form(self) -> str:
        """What its samples are: `images`, unless its evaluations say otherwise."""
        return str(self.about.get("evaluation", {}).get("form", "images"))

    def perfect(self, metric: str) -> float | None:
        """Return what perfect samples get on average of a metric; None where nobody knows."""
        last = {name: values["last"] for name, values in self.metrics.items()}
        return perfect(metric, self.about.get("perfect", {}), last)

    def unit(self, metric: str) -> str:
        """Return the unit of a metric; empty without one."""
        return {**UNITS, **self.about.get("units", {})}.get(metric, "")

    @property
    def players(self) -> list[str]:
        """Who trains, each with a learning rate of its own."""
        return [name[3:] for name in self.metrics if name.startswith("lr/")][:MOST_NAMED]

    @property
    def watched(self) -> list[str]:
        """The metrics that say how training goes."""
        return [name for name in self.about.get("watched", []) if name in self.metrics][:MOST_NAMED]

    def series(self, metric: str) -> tuple[list[float], list[float]]:
        """Return the iterations at which a metric was logged, and its values; the finite ones."""
        found = [row for row in self.rows if math.isfinite(row.get(metric, math.nan))]
        return [row["iteration"] for row in found], [row[metric] for row in found]


def read_run(root: Path) -> Run:
    """Return what the directory `root` tells of its run."""
    directory = RunDirectory(root)
    reader = _Reader(directory.root)
    reader.look_at_folders()
    start = reader.record(directory.start, START)
    summary = reader.record(directory.summary, SUMMARY)
    rows = reader.rows(directory.metrics)
    overrides = reader.value(directory.hydra / "overrides.yaml", parse_yaml, each(text), [])
    config = reader.value(directory.hydra / "config.yaml", parse_yaml, table, {})
    options = reader.value(directory.hydra / "hydra.yaml", parse_yaml, _options, {})
    evaluations = reader.evaluations(directory.evaluation)
    repeats = reader.record(directory.repeats, REPEATS)
    samples, pictures = map(reader.pictures, (directory.samples, directory.evaluation))
    return Run(
        root=directory.root,
        status=summary.get("status") or reader.status_without_summary(directory),
        overrides=overrides,
        config=config,
        options=options,
        about=start | summary,
        rows=rows,
        evaluations=evaluations,
        samples=samples,
        pictures=pictures,
        repeats=repeats if repeats.keys() == REPEATS.keys() else {},
        problems=reader.problems,
        traversals=reader.pictures(directory.traversals),
        codes=reader.pictures(directory.codes),
        features=reader.pictures(directory.features),
        sounds=reader.pictures(directory.samples, ".mid"),
        real=directory.real if reader.has(directory.real) else None,
    )


@final
class _Reader:
    """Reads the parts of a run directory, and keeps what was wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[str] = []

    def look_at_folders(self) -> None:
        for name in OWN_FOLDERS:
            self._is(self.root / name, FOLDER)

    def status_without_summary(self, directory: RunDirectory) -> str:
        """Return the status of a run whose summary.json does not tell it."""
        if directory.is_in_use():
            return "running"
        try:
            return "damaged" if kind_of(directory.summary) else "killed"
        except OSError:
            return "damaged"

    def value(self, path: Path, parse: Callable[[str], Any], check: Check, missing: Any) -> Any:
        """Return what a file holds, or `missing` if that is nothing, or not what it should be."""
        try:
            # A part that is a link leads elsewhere.
            if path.parent != self.root and kind_of(path.parent) != FOLDER:
                return missing
            content = read_text(path)
            return missing if content is None else check(parse(content))
        except DamageError as error:
            self._note(path, str(error))
        except OSError:
            pass  # of the folder, which is told already
        return missing

    def record(self, path: Path, checks: Mapping[str, Check]) -> dict[str, Any]:
        found, wrong = self.value(path, parse_json, lambda value: take(value, checks), ({}, []))
        for reason in wrong:
            self._note(path, reason)
        return found

    def rows(self, path: Path) -> list[dict[str, float]]:
        rows, wrong = self.value(path, parse_metrics, lambda found: found, ([], None))
        if wrong:
            self._note(path, wrong)
        return rows

    def evaluations(self, folder: Path) -> list[dict[str, Any]]:
        found = []
        for iteration, path in self._listed(folder, ".json").items():
            record = self.value(path, parse_json, records.evaluation, None)
            if record and record["iteration"] == iteration:
                found.append(record)
            elif record:
                self._note(path, f"is of iteration {record['iteration']}")
        return found

    def pictures(self, folder: Path, ending: str = ".png") -> dict[int, Path]:
        found = self._listed(folder, ending)
        return {iteration: path for iteration, path in found.items() if self._is(path, FILE)}

    def has(self, path: Path) -> bool:
        """Return whether there is such a file in a folder of the run."""
        try:
            is_there = kind_of(path.parent) == FOLDER and kind_of(path) is not None
        except OSError:  # of the folder, which is told already
            return False
        return is_there and self._is(path, FILE)

    def _listed(self, folder: Path, ending: str) -> dict[int, Path]:
        try:
            return by_iteration(folder, ending)
        except OSError as error:
            self._note(folder, _unreadable(error))
            return {}

    def _is(self, path: Path, wanted: str) -> bool:
        """Return whether that lies there; note what else does, or why that cannot be known."""
        try:
            kind = kind_of(path)
        except OSError as error:
            self._note(path, _unreadable(error))
            return False
        if kind not in (None, wanted):
            self._note(path, f"is {kind}, not {wanted}")
        return kind == wanted

    def _note(self, path: Path, reason: str) -> None:
        self.problems.append(f"{path.relative_to(self.root)} {reason}")


def _unreadable(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"


def _checked(check: Check, value: Any) -> Any:
    try:
        return check(value)
    except DamageError:
        return None


def _options(node: Any) -> dict[str, str | None]:
    for key in ("hydra", "runtime", "choices"):
        node = table(node).get(key, {})
    return {
        group: option for group, option in table(node).items() if isinstance(option, str | None)
    }
