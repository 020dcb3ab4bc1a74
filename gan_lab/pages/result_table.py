"""What came of runs as one table: a row for what differs, its seeds as repeats.

Pages, LaTeX, Markdown and CSV are all written from this one, by `table_formats`.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gan_lab.pages.compared import Job, by_group, parts_that_differ, value_of
from gan_lab.pages.page import number
from gan_lab.plurals import counted
from gan_lab.runs.reading import Run

Checkpoint = Literal["last", "best"]
Spread = Literal["deviation", "error"]

# Shown unless somebody chooses, behind the metric that the best checkpoint is chosen by.
HEADLINES = (
    "modes/covered", "modes/kl_uniform", "precision", "recall", "coverage", "ndb",
    "agreement", "test_error", "code_error", "cluster_error", "nll", "reconstruction_mse",
    "source_error", "target_error", "proxy_a_distance", "r_precision", "digit_agreement",
    "mask_iou", "patch_error", "class_kept",
)  # fmt: skip
SPREADS = {"deviation": "standard deviation", "error": "standard error of the mean"}


@dataclass(frozen=True)
class Column:
    """A metric.

    Attributes:
        metric: its name.
        better: `lower`, `higher`, or empty where neither is.
        perfect: what perfect samples get, in words; empty where nobody knows.
    """

    metric: str
    better: str
    perfect: str


@dataclass(frozen=True)
class Cell:
    """A metric over the repeats that have it.

    Attributes:
        mean: None where no repeat has it.
        spread: as the table says; None of fewer than two repeats.
        n: repeats that have it.
        best: whether no other row has a better mean.
    """

    mean: float | None
    spread: float | None
    n: int
    best: bool = False


@dataclass(frozen=True)
class Row:
    """Runs that differ in their seed alone.

    Attributes:
        choices: what tells them from others.
        n: how many runs.
        cells: one for each column.
        colour: in a page's palette.
    """

    choices: tuple[str, ...]
    n: int
    cells: tuple[Cell, ...]
    colour: int


@dataclass(frozen=True)
class ResultTable:
    """The table.

    Attributes:
        choices: the keys in which runs differ, besides the seed.
        columns: the metrics.
        rows: in the order of the runs.
        checkpoint: whether numbers are of the last evaluation or of the best checkpoint's.
        spread: what stands behind ±.
        notes: what a reader has to know, in sentences.
    """

    choices: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    checkpoint: Checkpoint
    spread: Spread
    notes: tuple[str, ...]


def result_table(
    jobs: Sequence[Job], metrics: Sequence[str], checkpoint: Checkpoint, spread: Spread
) -> ResultTable:
    """Return the table of the runs that finished.

    Args:
        jobs: finished and others, which are counted in the notes.
        metrics: of the columns.
        checkpoint: whose numbers: of the last evaluation, or of the one at which the metric that
            best.ckpt is chosen by was at its best. All columns are of that evaluation, so no metric
            is taken where it alone was good.
        spread: of one run, or of the mean of all.
    """
    finished = [job for job in jobs if job.run.status == "finished"]
    groups = list(by_group(finished).values())
    columns = tuple(_column([job.run for job in finished], metric) for metric in metrics)
    differ = parts_that_differ([job.run.about.get("evaluation") for job in finished])
    rows = tuple(
        Row(
            tuple(value for key, value in members[0].choices.items() if key != "seed"),
            len(members),
            tuple(
                _cell([value_at(job.run, metric, checkpoint) for job in members], spread)
                for metric in metrics
            ),
            members[0].colour,
        )
        for members in groups
    )
    keys = tuple(key for key in finished[0].choices if key != "seed") if finished else ()
    notes = _notes(jobs, rows, columns, checkpoint, spread, differ)
    # Numbers that were not measured alike have no best.
    rows = rows if differ else _with_best(rows, columns)
    return ResultTable(keys, columns, rows, checkpoint, spread, notes)


def shown_metrics(runs: Sequence[Run]) -> list[str]:
    """Return the metrics of a table if nobody chooses: those that the runs are judged by."""
    present = {name for run in runs for name in run.metrics}
    names = dict.fromkeys([monitor_of(runs), *(run.monitor for run in runs), *HEADLINES])
    return [name for name in names if name in present]


def monitor_of(runs: Sequence[Run]) -> str | None:
    """Return the metric that the best checkpoint of most runs is chosen by."""
    monitors = Counter(run.monitor for run in runs if run.monitor)
    return monitors.most_common(1)[0][0] if monitors else None


def value_at(run: Run, metric: str, checkpoint: Checkpoint) -> float | None:
    """Return a metric of the last evaluation, or of the best checkpoint's; None without one."""
    if checkpoint == "last":
        return value_of(run, metric, "last")
    chosen = run.metrics.get(run.monitor or "", {})
    if metric == run.monitor:
        return chosen.get("best")
    at, values = run.series(metric)
    return dict(zip(at, values, strict=True)).get(chosen.get("best_iteration"))


def perfect_of(runs: Sequence[Run], metric: str) -> str:
    """Return what perfect samples get; a range where the runs were scored differently."""
    known = {run.perfect(metric) for run in runs if metric in run.metrics} - {None}
    return " to ".join(map(number, sorted({min(known), max(known)}))) if known else ""


def _column(runs: Sequence[Run], metric: str) -> Column:
    ways = {run.about.get("better", {}).get(metric, "") for run in runs if metric in run.metrics}
    return Column(metric, ways.pop() if len(ways) == 1 else "", perfect_of(runs, metric))


def _cell(values: Sequence[float | None], spread: Spread) -> Cell:
    known = [value for value in values if value is not None]
    if not known:
        return Cell(None, None, 0)
    deviation = statistics.stdev(known) if len(known) > 1 else None
    if deviation is not None and spread == "error":
        deviation /= len(known) ** 0.5
    return Cell(statistics.fmean(known), deviation, len(known))


def _with_best(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Row, ...]:
    """Return the rows with the best mean of each column marked, wherever it stands.

    Nothing is, where all rows are equal, or there is one alone.
    """
    best: list[float | None] = []
    for place, column in enumerate(columns):
        means = {row.cells[place].mean for row in rows} - {None}
        choose = {"lower": min, "higher": max}.get(column.better)
        best.append(choose(means) if choose and len(means) > 1 else None)
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, best=cell.mean is not None and cell.mean == top)
                for cell, top in zip(row.cells, best, strict=True)
            ),
        )
        for row in rows
    )


def _notes(
    jobs: Sequence[Job],
    rows: Sequence[Row],
    columns: Sequence[Column],
    checkpoint: Checkpoint,
    spread: Spread,
    differ: Sequence[str],
) -> tuple[str, ...]:
    """Return what the numbers are, and what was left out."""
    several = any(row.n > 1 for row in rows)
    mean = f"Mean ± {SPREADS[spread]} over n seeds; without ± there is one."
    notes = [mean if several else "One run each.", _which(jobs, checkpoint)]
    if differ:
        notes.append(f"Not scored alike ({', '.join(differ)}): do not compare the rows.")
    elif len(rows) > 1 and any(column.better for column in columns):
        notes.append("Bold: the best mean, which need not be better by more than chance.")
    finished = sum(job.run.status == "finished" for job in jobs)
    if unfinished := len(jobs) - finished:
        notes.append(f"Left out: {counted(unfinished, 'run')} that did not finish.")
    if twice := finished - sum(row.n for row in rows):
        notes.append(f"Left out: {counted(twice, 'run')} of a seed that was run again.")
    if any(0 < cell.n < row.n for row in rows for cell in row.cells):
        notes.append("In brackets: of so many runs alone.")
    return tuple(notes)


def _which(jobs: Sequence[Job], checkpoint: Checkpoint) -> str:
    if checkpoint == "last":
        return "Numbers of the last evaluation."
    monitor = monitor_of([job.run for job in jobs]) or "nothing"
    return (
        f"Numbers of the best checkpoint, chosen by {monitor} among the evaluations of training, "
        f"which flatters it a little."
    )
