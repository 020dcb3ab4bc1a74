"""Several runs on one page: the jobs of a sweep, or any others."""

import json
import os
import re
import shlex
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from gan_lab.durable import replacing
from gan_lab.figures.charts import Chart, Line, line_chart, parallel_coordinates
from gan_lab.pages.page import flat, number, render
from gan_lab.pages.pictures import data_uri
from gan_lab.runs.perfect import perfect
from gan_lab.runs.reading import Run, read_run
from gan_lab.runs.sweep_results import SweepResults

MOST_REFERENCES = 5  # from one key to the next
COLOURS = 8  # of the page's palette
MOST_PICTURES = 24
ENOUGH_FOR_PARALLEL = 6  # runs
MOST_AXES = 7  # of parallel coordinates
MANY_CHOICES = 5  # of which the numbers would be out of sight, and the words too long
LAST_OF = ("modes/covered", "modes/kl_uniform", "precision", "recall", "coverage", "ndb")
CURVES = ("modes/covered", "coverage", "loss/generator", "d_real", "d_fake")


@dataclass(frozen=True)
class Job:
    """A run among others.

    Attributes:
        run: what its directory tells.
        name: its place below the directory that all share.
        choices: the overrides in which the runs differ.
        colour: of its group, in the page's palette.
    """

    run: Run
    name: str
    choices: Mapping[str, str]
    colour: int

    @property
    def group(self) -> str:
        """The choices besides the seed, as they would be typed."""
        return " ".join(f"{k}={v}" for k, v in self.choices.items() if v and k != "seed")


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
    common, jobs = _jobs(runs, home)
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
                "numbers": [_value(job.run, *metric) for metric in metrics],
                "seconds": job.run.seconds,
            }
            for job in jobs
        ],
        metrics=heads,
        perfect=[_perfect(runs, name) for name, _ in metrics],
        differ=_protocols_that_differ(runs),
        groups=_groups(jobs, metrics),
        choices=[name for name in names if name != "seed"],
        key=_key_to_colours(jobs),
        charts=_charts(jobs, [name for name in (monitor, *CURVES) if name in present]),
        gallery=_gallery(jobs),
        parallel=_parallel(jobs, monitor),
    )


def _jobs(runs: Sequence[Run], home: Path) -> tuple[str, list[Job]]:
    """Return the words that all runs have in common, and the runs with those that differ."""
    keys = list(dict.fromkeys(key for run in runs for key in _typed(run)))
    chosen = [_choices(run, keys) for run in runs]
    differ = [key for key in keys if len({choices[key] for choices in chosen}) > 1]
    common = shlex.join(word for word in runs[0].overrides if _key(word) in {*keys} - {*differ})
    jobs = []
    colours: dict[str, int] = {}
    for run, choices in zip(runs, chosen, strict=True):
        name = os.path.relpath(run.root, home)
        job = Job(run, name, {key: choices[key] for key in differ}, 0)
        colour = colours.setdefault(job.group, len(colours)) % COLOURS
        jobs.append(Job(run, name, job.choices, colour))
    return common, jobs


def _choices(run: Run, keys: Sequence[str]) -> dict[str, str]:
    """Return the run's values, also of keys that were typed for another run only.

    So a default and the same value typed are one choice. A group's is the name of its option, also
    where a key of that name says something else, as `debug` does.
    """
    typed, config = _typed(run), flat(run.config)
    found = {
        key: typed.get(key, run.options[key]) or ""
        if key in run.options
        else _followed(config.get(key, typed.get(key, "")), config)
        for key in keys
    }
    return {key: _word(value) for key, value in found.items()}


def _followed(value: Any, config: Mapping[str, Any]) -> Any:
    """Return what a key says that only refers to another, as in `${optimizer.lr}`."""
    for _ in range(MOST_REFERENCES):
        found = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
        if not found or found[1] not in config:
            break
        value = config[found[1]]
    return value


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _typed(run: Run) -> dict[str, str]:
    words = {_key(word): str(word).partition("=")[2] for word in run.overrides}
    return {key: value for key, value in words.items() if not key.startswith("hydra")}


def _key(word: str) -> str:
    return str(word).lstrip("+~").partition("=")[0]


def _unfinished(home: Path) -> list[dict[str, str]]:
    rows = SweepResults(home).rows()
    return [row for row in rows if row["status"] not in ("finished", "running")]


def _link(run: Run, place: Path) -> str:
    report = run.root / "report.html"
    # Unlike Path.is_file, this does not fail in a folder that may not be read.
    is_there = os.path.isfile(report)  # noqa: PTH113
    return quote(os.fsencode(os.path.relpath(report, place))) if is_there else ""


def _value(run: Run, metric: str, which: str) -> float | None:
    values = run.metrics.get(metric, {})
    return values.get(which)


def _perfect(runs: Sequence[Run], metric: str) -> str:
    """Return what perfect samples get; a range where the runs were scored differently."""
    known = {perfect(metric, run.metrics) for run in runs if metric in run.metrics} - {None}
    return " to ".join(map(number, sorted({min(known), max(known)}))) if known else ""


def _protocols_that_differ(runs: Sequence[Run]) -> list[str]:
    """Return the parts of the evaluation protocol in which the runs differ, but for the seed."""
    protocols = [flat(found) for run in runs if (found := run.about.get("evaluation"))]
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
                _mean_and_spread([_value(job.run, *metric) for job in members])
                for metric in metrics
            ],
        }
        for members in _by_group(jobs).values()
    ]


def _key_to_colours(jobs: Sequence[Job]) -> dict[str, int]:
    """Return the colour of each group by its choices, or by its runs where those are too many."""
    if len(jobs[0].choices) < MANY_CHOICES:
        return {job.group or "all": job.colour for job in jobs}
    runs: dict[str, list[Job]] = {}
    for job in jobs:
        runs.setdefault(job.group, []).append(job)
    return {", ".join(job.name for job in members): members[0].colour for members in runs.values()}


def _by_group(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """Return the jobs that differ in their seed alone; of those that differ in nothing the last."""
    groups: dict[str, dict[str, Job]] = {}
    for job in jobs:
        groups.setdefault(job.group, {})[job.choices.get("seed", "")] = job
    return {name: list(members.values()) for name, members in groups.items()}


def _mean_and_spread(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return None, None
    return statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None


def _charts(jobs: Sequence[Job], metrics: Sequence[str]) -> list[dict[str, Any]]:
    charts = []
    for place, metric in enumerate(metrics):
        lines = [
            Line("", *series, colour=job.colour, group=str(row))
            for row, job in enumerate(jobs)
            if len((series := job.run.series(metric))[0])
        ]
        title = f"{metric}, each run"
        options = {
            "levels": _levels([job.run for job in jobs], metric),
            "logarithmic": metric == "fid" or metric[:3] == "fd_",  # as on the page of a run
        }
        charts.append(_figure(Chart(f"curve-{place}", title, lines, **options)))
        bands = [band for members in _by_group(jobs).values() if (band := _band(members, metric))]
        if bands:
            title = f"{metric}, mean and spread over seeds"
            charts.append(_figure(Chart(f"band-{place}", title, bands, **options)))
    return charts


def _levels(runs: Sequence[Run], metric: str) -> dict[str, tuple[float, None]]:
    """Return what perfect samples get, or the equilibrium, where it is the same for all runs."""
    having = [run for run in runs if metric in run.metrics]
    for name, found in (
        ("perfect samples", {perfect(metric, run.metrics) for run in having}),
        ("equilibrium", {run.about.get("equilibrium", {}).get(metric) for run in having}),
    ):
        if len(found) == 1 and None not in found:
            (level,) = found
            return {f"{name} {number(level)}": (level, None)}
    return {}


def _figure(chart: Chart) -> dict[str, Any]:
    return {"title": chart.title, "svg": Markup(line_chart(chart)), "says": ""}  # noqa: S704


def _band(members: Sequence[Job], metric: str) -> Line | None:
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
    )


def _gallery(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    pictures = []
    for row, job in enumerate(jobs[:MOST_PICTURES]):
        if job.run.samples:
            iteration = max(job.run.samples)
            uri = data_uri(job.run.samples[iteration])
            if not uri:
                continue
            words = " ".join(f"{key}={value}" for key, value in job.choices.items() if value)
            words = "" if len(job.choices) >= MANY_CHOICES else words
            pictures.append(
                {
                    "row": row,
                    "name": job.name,
                    "colour": job.colour,
                    "iteration": iteration,
                    "overrides": words,
                    "uri": uri,
                }
            )
    return pictures


def _parallel(jobs: Sequence[Job], monitor: str | None) -> dict[str, Any] | None:
    several = 2 <= len(jobs[0].choices) < MOST_AXES
    if len(jobs) < ENOUGH_FOR_PARALLEL or not several or monitor is None:
        return None
    names = [*jobs[0].choices, f"best {monitor}"]
    values = [
        [*map(_as_number, job.choices.values()), _value(job.run, monitor, "best")] for job in jobs
    ]
    title = f"From the choices to the best {monitor}"
    colours = [job.colour for job in jobs]
    return {
        "title": title,
        "svg": Markup(parallel_coordinates("parallel", title, names, values, colours)),  # noqa: S704
        "says": "One line per run, in the colour of its group.",
    }


def _as_number(word: str) -> str | float | None:
    try:
        return float(word)
    except ValueError:
        return word or None
