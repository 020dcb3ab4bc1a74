"""One chart of some metrics of a run, beside what they are compared with."""

from collections.abc import Mapping
from typing import Any

from gan_lab.figures.line_chart import Chart, Line, line_chart
from gan_lab.pages.page import number
from gan_lab.runs.reading import Run

# Places in the page's palette.
BLUE, RED, GREEN, AMBER = range(4)

Levels = dict[str, tuple[float, int | None]]


def metric_chart(
    run: Run,
    name: str,
    title: str,
    names: Mapping[str, tuple[str, int]],
    *,
    levels: Levels | None = None,
    says: str = "",
    **options: Any,
) -> dict[str, Any] | None:
    """Return the chart of the metrics that are there; None if none is.

    Args:
        run: that has logged them.
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        names: of metrics, with what their lines are called and their colours.
        levels: to compare them with; None: their values at the optimum, where one is known.
        says: what a reader has to know.
        options: of `Chart`.
    """
    lines = [
        Line(label, *series, colour=colour)
        for metric, (label, colour) in names.items()
        if len((series := run.series(metric))[0])
    ]
    if not lines:
        return None
    if levels is None:
        levels = _optima(run.about.get("reference", {}), names)
    chart = Chart(name, title, lines, levels, **options)
    return {"title": title, "svg": line_chart(chart), "says": says, "wide": False}


def of_perfect_samples(run: Run, colours: Mapping[str, int | None]) -> Levels:
    """Return what perfect samples get of each metric, in the colour of its line."""
    known = {metric: run.perfect(metric) for metric in colours if metric in run.metrics}
    return {
        f"perfect samples {number(value)}": (value, colours[metric])
        for metric, value in known.items()
        if value is not None
    }


def _optima(reference: Mapping[str, float], names: Mapping[str, tuple[str, int]]) -> Levels:
    known = {metric: reference[metric] for metric in names if metric in reference}
    same = len(set(known.values())) == 1
    return {
        f"optimum {value:.3g}": (value, None if same else names[metric][1])
        for metric, value in known.items()
    }
