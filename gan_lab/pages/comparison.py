"""Several runs on one page: the jobs of a sweep, or any others."""

import os
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gan_lab.dotted_keys import leaves
from gan_lab.durable import replacing
from gan_lab.pages.compared import MANY_CHOICES, Job, by_group, colours_of, compared, value_of
from gan_lab.pages.comparison_charts import charts_of, gallery_of, parallel_of
from gan_lab.pages.page import number, render
from gan_lab.runs.reading import Run, read_run
from gan_lab.runs.sweep_results import SweepResults

LAST_OF = (
    "modes/covered", "modes/kl_uniform", "precision", "recall", "coverage", "ndb",
    "agreement", "test_error", "code_error", "nll", "reconstruction_mse",
)  # fmt: skip
CURVES = (
    "modes/covered", "coverage", "agreement", "test_error", "code_error", "nll",
    "reconstruction_mse",
)  # fmt: skip
MOST_CURVES = 12  # metrics


def write_comparison(roots: Sequence[Path], out: Path) -> None:
    """Write the page that compares the runs in these directories, at least one, to `out`."""
    home = Path(os.path.commonpath(roots)) if len(roots) > 1 else roots[0].parent
    page = comparison_page([read_run(root) for root in roots], home, out.absolute().parent)
    with replacing(out) as file:
        file.write(page.encode())


def comparison_page(runs: Sequence[Run], home: Path, place: Path) -> str:
    """Return the page.

    Args:
        runs: to compare.
        home: the directory that they are named from; a sweep's own, if it is one.
        place: where the page will lie, from where it links to the runs' own pages.
    """
    common, jobs = compared(runs, home)
    names = list(jobs[0].choices)
    monitors = Counter(run.monitor for run in runs if run.monitor)
    monitor = monitors.most_common(1)[0][0] if monitors else None
    present = {name for run in runs for name in run.metrics}
    metrics = [(monitor, "best"), (monitor, "last")] if monitor else []
    metrics += [(name, "last") for name in LAST_OF if name in present]
    heads = [f"best {name}" if which == "best" else name for name, which in metrics]
    words = [{"name": name, "is_number": False} for name in names]
    numbers = [{"name": head, "is_number": True} for head in heads]
    numbers_first = len(names) >= MANY_CHOICES
    return render(
        "comparison.html.j2",
        name=home.name or "Runs",
        says=", ".join(f"{n} {status}" for status, n in Counter(r.status for r in runs).items()),
        common=common,
        unfinished=_unfinished(home),
        damage=SweepResults(home).read()[1],
        heads=[
            *({"name": name, "is_number": False} for name in ("run", "status")),
            *([*numbers, *words] if numbers_first else [*words, *numbers]),
            {"name": "time", "is_number": True},
        ],
        numbers_first=numbers_first,
        jobs=[
            {
                "name": job.name,
                "link": _link(job.run, place),
                "colour": job.colour,
                "status": job.run.status,
                "damage": job.run.damage,
                "overrides": job.choices.values(),
                "numbers": [value_of(job.run, *metric) for metric in metrics],
                "seconds": job.run.seconds,
            }
            for job in jobs
        ],
        metrics=heads,
        perfect=[_perfect(runs, name) for name, _ in metrics],
        differ=_parts_that_differ([run.about.get("evaluation") for run in runs]),
        groups=_groups(jobs, metrics),
        choices=[name for name in names if name != "seed"],
        repeated=_repeated(jobs, [name for name in (monitor, *LAST_OF) if name]),
        key=colours_of(jobs),
        charts=charts_of(jobs, _curves(runs, monitor)),
        gallery=gallery_of(jobs),
        parallel=parallel_of(jobs, monitor),
    )


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


def _perfect(runs: Sequence[Run], metric: str) -> str:
    """Return what perfect samples get; a range where the runs were scored differently."""
    known = {run.perfect(metric) for run in runs if metric in run.metrics} - {None}
    return " to ".join(map(number, sorted({min(known), max(known)}))) if known else ""


def _parts_that_differ(found: Sequence[Mapping[str, Any] | None]) -> list[str]:
    """Return the parts in which evaluation protocols differ, but for the seed."""
    protocols = [leaves(protocol) for protocol in found if protocol]
    keys = dict.fromkeys(key for protocol in protocols for key in protocol)
    differ = (
        key.split(".")[0]
        for key in keys
        if key.split(".")[0] not in ("seed", "gan_lab")
        and any(protocol.get(key) != protocols[0].get(key) for protocol in protocols)
    )
    return list(dict.fromkeys(differ))


def _groups(jobs: Sequence[Job], metrics: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return mean and spread of each metric over the seeds; nothing if no seed was varied."""
    if "seed" not in jobs[0].choices:
        return []
    return [
        {
            "choices": [value for key, value in members[0].choices.items() if key != "seed"],
            "colour": members[0].colour,
            "n": len(members),
            "numbers": [
                _mean_and_spread([value_of(job.run, *metric) for job in members])
                for metric in metrics
            ],
        }
        for members in by_group(jobs).values()
    ]


def _repeated(jobs: Sequence[Job], metrics: Sequence[str]) -> dict[str, Any]:
    """Return the evaluations with several draws that the runs keep, and where they differ."""
    having = [job for job in jobs if job.run.repeats]
    names = [name for name in metrics if any(name in job.run.repeats["metrics"] for job in having)]
    return {
        "metrics": names,
        "choices": list(having[0].choices) if having else [],
        "rows": [
            {
                "name": job.name,
                "colour": job.colour,
                "choices": list(job.choices.values()),
                "iteration": job.run.repeats["iteration"],
                "draws": len(job.run.repeats["repeats"]),
                "numbers": [
                    tuple(job.run.repeats[part].get(name) for part in ("metrics", "std"))
                    for name in names
                ],
            }
            for job in having
        ],
        "differ": _parts_that_differ([job.run.repeats["protocol"] for job in having]),
    }


def _mean_and_spread(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return None, None
    return statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None
