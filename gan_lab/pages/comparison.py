"""Several runs on one page: the jobs of a sweep, or any others."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gan_lab.durable import replacing
from gan_lab.pages.compared import (
    COLOURS,
    MANY_CHOICES,
    Job,
    colours_of,
    compared,
    parts_that_differ,
    value_of,
)
from gan_lab.pages.comparison_charts import charts_of, gallery_of, parallel_of
from gan_lab.pages.page import render
from gan_lab.pages.result_table import (
    Checkpoint,
    Column,
    Spread,
    monitor_of,
    perfect_of,
    result_table,
    shown_metrics,
)
from gan_lab.pages.table_formats import ALL, ENDINGS, FORMATS, arrow, shown
from gan_lab.runs.column_meanings import meaning
from gan_lab.runs.reading import Run, read_run
from gan_lab.runs.sweep_results import SweepResults

CURVES = (
    "modes/covered", "coverage", "agreement", "test_error", "code_error", "cluster_error", "nll",
    "reconstruction_mse", "source_error", "target_error", "proxy_a_distance",
    "r_precision", "digit_agreement",
    "mask_iou", "patch_error", "class_kept",
)  # fmt: skip
MOST_CURVES = 12  # metrics
SAMPLING = "s per 1,000 samples"  # shown where runs differ in one of these
SAMPLED_BY = {"experiment", "algorithm", "model"}


@dataclass(frozen=True)
class TableChoice:
    """What a table of results shows.

    Attributes:
        columns: metrics; empty: those that the runs are judged by.
        checkpoint: see `result_table`.
        spread: see there.
    """

    columns: Sequence[str] = ()
    checkpoint: Checkpoint = "last"
    spread: Spread = "deviation"


def write_comparison(roots: Sequence[Path], out: Path, chosen: TableChoice | None = None) -> None:
    """Write the page that compares the runs in these directories, at least one, to `out`."""
    runs = [read_run(root) for root in roots]
    page = comparison_page(runs, home_of(roots), out.absolute().parent, chosen)
    with replacing(out) as file:
        file.write(page.encode())


def home_of(roots: Sequence[Path]) -> Path:
    """Return the directory that runs are named from: a sweep's own, if they are one."""
    return Path(os.path.commonpath(roots)) if len(roots) > 1 else roots[0].parent


def comparison_page(
    runs: Sequence[Run], home: Path, place: Path, chosen: TableChoice | None = None
) -> str:
    """Return the page.

    Args:
        runs: to compare.
        home: see `home_of`.
        place: where the page will lie, from where it links to the runs' own pages.
        chosen: what its table of results shows at first.
    """
    common, jobs = compared(runs, home)
    names = list(jobs[0].choices)
    monitor = monitor_of(runs)
    headlines = shown_metrics(runs)
    metrics = [(monitor, "best")] if monitor else []
    metrics += [(name, "last") for name in headlines]
    heads = [f"best {name}" if which == "best" else name for name, which in metrics]
    words = [{"name": name, "is_number": False} for name in names]
    numbers = [{"name": head, "is_number": True} for head in heads]
    status, sampling, time, directory, run = (
        {"name": name, "is_number": name in (SAMPLING, "time")}
        for name in ("status", SAMPLING, "time", "directory", "run")
    )
    times = [sampling, time] if SAMPLED_BY & set(names) else [time]
    # Runs are named by what differs, unless that is nothing, or too much to be a name.
    named = 0 < len(names) < MANY_CHOICES
    return render(
        "comparison.html.j2",
        name=home.name or "Runs",
        says=", ".join(f"{n} {status}" for status, n in Counter(r.status for r in runs).items()),
        common=common,
        unfinished=_unfinished(home),
        damage=SweepResults(home).read()[1],
        named=named,
        heads=[*words, status, *numbers, *times, directory]
        if named
        else [run, status, *numbers, *words, *times],
        n_times=len(times),
        jobs=[
            {
                **_named(job, place),
                "status": job.run.status,
                "damage": job.run.damage,
                "numbers": [value_of(job.run, *metric) for metric in metrics],
                "sampling_seconds": value_of(job.run, "sampling_seconds", "last"),
                "seconds": job.run.seconds,
            }
            for job in jobs
        ],
        metrics=heads,
        perfect=[perfect_of(runs, name) for name, _ in metrics],
        cell_words=shown,
        differ=parts_that_differ([run.about.get("evaluation") for run in runs]),
        results=_results(jobs, chosen or TableChoice(), headlines),
        repeated=_repeated(jobs, headlines, place),
        key=colours_of(jobs),
        colours=COLOURS,
        charts=charts_of(jobs, _curves(runs, monitor)),
        gallery=gallery_of(jobs),
        parallel=parallel_of(jobs, monitor),
    )


def _named(job: Job, place: Path) -> dict[str, Any]:
    """Return what a row tells of which run it is."""
    return {
        "name": job.name,
        "link": _link(job.run, place),
        "colour": job.colour,
        "overrides": list(job.choices.values()),
    }


def _results(
    jobs: Sequence[Job], chosen: TableChoice, headlines: Sequence[str]
) -> dict[str, Any] | None:
    """Return the tables of results of the last and of the best checkpoints; None of one run."""
    finished = [job.run for job in jobs if job.run.status == "finished"]
    metrics = list(dict.fromkeys([*chosen.columns, *headlines]))
    if len(jobs) < 2 or not finished or not metrics:
        return None
    checkpoints = ["last", *(["best"] if monitor_of(finished) else [])]
    tables = []
    for checkpoint in checkpoints:
        table = result_table(jobs, metrics, checkpoint, chosen.spread)
        tables.append(
            {
                "checkpoint": checkpoint,
                "is_shown": checkpoint == chosen.checkpoint,
                "keys": table.choices or [ALL],
                "heads": [
                    (column.metric, arrow(column), column.better) for column in table.columns
                ],
                "rows": table.rows,
                "perfect": [column.perfect for column in table.columns],
                "notes": table.notes,
                "written": json.dumps(
                    {name: write(table).plain() for name, write in FORMATS.items()}
                ),
            }
        )
    return {
        "metrics": [(name, name in (chosen.columns or headlines)) for name in metrics],
        "tables": tables,
        "endings": ENDINGS,
    }


def _curves(runs: Sequence[Run], monitor: str | None) -> list[str]:
    """Return the metrics whose curves are shown: of samples, of training, and watched ones."""
    losses = [f"loss/{player}" for run in runs for player in run.players]
    watched = [name for run in runs for name in run.watched]
    present = {name for run in runs for name in run.metrics}
    names = dict.fromkeys([monitor, *CURVES, *losses, *watched])
    return [name for name in names if name in present][:MOST_CURVES]


def _unfinished(home: Path) -> list[dict[str, str]]:
    rows = SweepResults(home).rows()
    return [row for row in rows if row["status"] not in ("finished", "running")]


def _link(run: Run, place: Path) -> str:
    report = run.root / "report.html"
    # Unlike Path.is_file, this does not fail in a folder that may not be read.
    is_there = os.path.isfile(report)  # noqa: PTH113
    return quote(os.fsencode(os.path.relpath(report, place))) if is_there else ""


def _explained(column: Column) -> str:
    better = f" {column.better.capitalize()} is better." * bool(column.better)
    return f"{meaning(column.metric)}{better}".strip()


def _repeated(jobs: Sequence[Job], metrics: Sequence[str], place: Path) -> dict[str, Any]:
    """Return the evaluations with several draws that the runs keep, and where they differ."""
    having = [job for job in jobs if job.run.repeats]
    names = [name for name in metrics if any(name in job.run.repeats["metrics"] for job in having)]
    return {
        "metrics": names,
        "choices": list(having[0].choices) if having else [],
        "rows": [
            {
                **_named(job, place),
                "iteration": job.run.repeats["iteration"],
                "draws": len(job.run.repeats["repeats"]),
                "numbers": [
                    tuple(job.run.repeats[part].get(name) for part in ("metrics", "std"))
                    for name in names
                ],
            }
            for job in having
        ],
        "differ": parts_that_differ([job.run.repeats["protocol"] for job in having]),
    }
