"""The charts of distances to the real images, which fall by orders of magnitude."""

import re
from collections.abc import Sequence
from typing import Any

from gan_lab.pages.compared import COLOURS
from gan_lab.pages.metric_chart import metric_chart, of_perfect_samples
from gan_lab.runs.reading import Run


def distance_charts(run: Run) -> list[dict[str, Any]]:
    """Return them as `charts_of` does; one for each extractor if views are too many for one."""
    frechet = [name for name in run.metrics if is_frechet_distance(name)]
    kernel = [name for name in run.metrics if re.fullmatch(r"(.*/)?kid_.+(?<!_std)", name)]
    charts = [
        *(_frechet(run, of, names) for of, names in _in_charts(frechet).items()),
        *(_kernel(run, of, names) for of, names in _in_charts(kernel).items()),
    ]
    return [chart for chart in charts if chart]


def is_frechet_distance(metric: str) -> bool:
    """Return whether a metric is a Fréchet distance."""
    return bool(re.fullmatch(r"(.*/)?(fid|fd_.+)(?<!_bias)", metric))  # of any view


def _in_charts(metrics: Sequence[str]) -> dict[str, list[str]]:
    """Return the metrics of each chart, by what they are of, or none where all go into one."""
    if len(metrics) <= COLOURS:
        return {"": list(metrics)}
    charts: dict[str, list[str]] = {}
    for name in metrics:
        charts.setdefault(name.rpartition("/")[2].removesuffix("_copy"), []).append(name)
    return charts


def _lines(of: str, metrics: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return what their lines are called, by their views where the title says the rest."""
    return {
        name: (name.replace(f"/{of}", "") if of else name, place)
        for place, name in enumerate(metrics)
    }


def _frechet(run: Run, of: str, metrics: Sequence[str]) -> dict[str, Any] | None:
    places = {name: place for place, name in enumerate(metrics)}
    return metric_chart(
        run,
        f"frechet{of}",
        ", ".join(filter(None, ("Fréchet distance", of))),
        _lines(of, metrics),
        levels=of_perfect_samples(run, places),
        says="Lower is better, down to what as many perfect samples get on average.",
        logarithmic=True,
    )


def _kernel(run: Run, of: str, metrics: Sequence[str]) -> dict[str, Any] | None:
    return metric_chart(
        run,
        f"kernel{of}",
        ", ".join(filter(None, ("Kernel distance (KID)", of))),
        _lines(of, metrics),
        levels={"perfect samples 0": (0.0, None)},
        says="Lower is better. Perfect samples get 0 on average, and may get less.",
    )
