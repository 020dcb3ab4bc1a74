"""The charts and pictures of a page that compares runs."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from gan_lab.figures.line_chart import Chart, Line, line_chart
from gan_lab.figures.parallel_coordinates import parallel_coordinates
from gan_lab.pages.compared import Job, by_group, value_of
from gan_lab.pages.distance_charts import is_frechet_distance
from gan_lab.pages.page import number
from gan_lab.pages.pictures import data_uri
from gan_lab.runs.reading import Run

MOST_PICTURES = 24
GALLERY_SIDE = 480  # pixels of a picture's longer side
ENOUGH_FOR_PARALLEL = 6  # runs
MOST_AXES = 7  # of parallel coordinates


def charts_of(jobs: Sequence[Job], metrics: Sequence[str]) -> list[dict[str, Any]]:
    """Return the curves of each metric, of each run and, over seeds, as mean and spread.

    A page shows and hides the lines by the rows of their runs; a mean by that of its first run.
    """
    rows = {id(job): str(row) for row, job in enumerate(jobs)}
    charts = []
    for place, metric in enumerate(metrics):
        lines = [
            Line("", *series, colour=job.colour, group=rows[id(job)])
            for job in jobs
            if len((series := job.run.series(metric))[0])
        ]
        title = f"{metric}, each run"
        options = {
            "levels": _levels([job.run for job in jobs], metric),
            "logarithmic": is_frechet_distance(metric),
        }
        charts.append(_figure(Chart(f"curve-{place}", title, lines, **options)))
        bands = [
            band
            for members in by_group(jobs).values()
            if (band := _band(members, metric, rows[id(members[0])]))
        ]
        if bands:
            title = f"{metric}, mean and spread over seeds"
            charts.append(_figure(Chart(f"band-{place}", title, bands, **options)))
    return charts


def gallery_of(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Return the last picture of samples of runs: of every group one before a second of any."""
    rows = {id(job): row for row, job in enumerate(jobs)}
    pictures = []
    for job in _alternately(jobs):
        if len(pictures) == MOST_PICTURES:
            break
        if job.run.samples:
            iteration = max(job.run.samples)
            uri = data_uri(job.run.samples[iteration], GALLERY_SIDE)
            if not uri:
                continue
            pictures.append(
                {
                    "row": rows[id(job)],
                    "name": job.name,
                    "label": job.label,
                    "colour": job.colour,
                    "iteration": iteration,
                    "uri": uri,
                }
            )
    return sorted(pictures, key=lambda picture: picture["row"])


def _alternately(jobs: Sequence[Job]) -> list[Job]:
    """Return the first job of each group, then the second of each, and so on."""
    seen = Counter()
    turns = []
    for row, job in enumerate(jobs):
        turns.append((seen[job.group], row))
        seen[job.group] += 1
    return [jobs[row] for _, row in sorted(turns)]


def parallel_of(jobs: Sequence[Job], monitor: str | None) -> dict[str, Any] | None:
    """Return the chart from the choices to the best value; None for few runs or other choices."""
    several = 2 <= len(jobs[0].choices) < MOST_AXES
    if len(jobs) < ENOUGH_FOR_PARALLEL or not several or monitor is None:
        return None
    names = [*jobs[0].choices, f"best {monitor}"]
    values = [
        [*map(_as_number, job.choices.values()), value_of(job.run, monitor, "best")] for job in jobs
    ]
    title = f"From the choices to the best {monitor}"
    colours = [job.colour for job in jobs]
    return {
        "title": title,
        "svg": Markup(parallel_coordinates("parallel", title, names, values, colours)),  # noqa: S704
        "says": "One line per run, in the colour of its group.",
    }


def _levels(runs: Sequence[Run], metric: str) -> dict[str, tuple[float, None]]:
    """Return what perfect samples get, or the optimum, where it is the same for all runs."""
    having = [run for run in runs if metric in run.metrics]
    for name, found in (
        ("perfect model", {run.perfect(metric) for run in having}),
        ("optimum", {run.about.get("reference", {}).get(metric) for run in having}),
    ):
        if len(found) == 1 and None not in found:
            (level,) = found
            return {f"{name} {number(level)}": (level, None)}
    return {}


def _figure(chart: Chart) -> dict[str, Any]:
    return {"title": chart.title, "svg": Markup(line_chart(chart)), "says": ""}  # noqa: S704


def _band(members: Sequence[Job], metric: str, group: str) -> Line | None:
    """Return the mean of runs that were logged at the same iterations, if there are several."""
    series = [job.run.series(metric) for job in members]
    if len(series) < 2 or any(x != series[0][0] for x, _ in series):
        return None
    columns = list(zip(*(y for _, y in series), strict=True))
    return Line(
        "",
        series[0][0],
        [statistics.fmean(column) for column in columns],
        colour=members[0].colour,
        spread=[statistics.stdev(column) for column in columns],
        group=group,
    )


def _as_number(word: str) -> str | float | None:
    try:
        return float(word)
    except ValueError:
        return word or None
