"""Curves in panels side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image

INCHES = 4.5
DOTS_PER_INCH = 100
LEVELS = ("-", "--", "-.", ":")  # to tell one from another


@dataclass(frozen=True)
class Curve:
    """One line or row of dots.

    Attributes:
        label: in the legend.
        x: `(n,)`.
        y: `(n,)`.
        style: in matplotlib's words, such as `k:` for a dotted black line or `.` for dots.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    style: str = "-"


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: above it.
        x_label: below it.
        y_label: on its left.
        curves: what it shows.
        levels: values of y to mark by a thin line, by their names.
        scale: of y, linear or log.
        equal: whether a unit is as long on both axes.
    """

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    levels: Mapping[str, float] = field(default_factory=dict)
    scale: str = "linear"
    equal: bool = False


def draw(panels: Sequence[Panel]) -> Image.Image:
    """Return the panels side by side."""
    # Not by pyplot, whose figures are shared by the whole process.
    figure = Figure((INCHES * len(panels), INCHES), dpi=DOTS_PER_INCH, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    places = figure.subplots(1, len(panels), squeeze=False).flat
    for axes, panel in zip(places, panels, strict=True):
        for curve in panel.curves:
            x, y = map(_numbers, (curve.x, curve.y))
            axes.plot(x, y, curve.style, label=curve.label, markersize=4)
        for (name, level), style in zip(panel.levels.items(), cycle(LEVELS)):
            axes.axhline(level, color="gray", linewidth=0.8, linestyle=style, label=name)
        axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label, yscale=panel.scale)
        if panel.equal:
            axes.set_aspect("equal")
        # Below the axes, since inside it would cover what is drawn there.
        axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2,
                    frameon=False)  # fmt: skip
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])


def arrays(panels: Iterable[Panel]) -> dict[str, np.ndarray]:
    """Return what the panels show, `(2, n)` per curve: x and y, by `PANEL/CURVE`."""
    return {
        f"{panel.title}/{curve.label}": np.stack(
            [np.asarray(_numbers(each)) for each in (curve.x, curve.y)]
        )
        for panel in panels
        for curve in panel.curves
    }


def _numbers(values: ArrayLike) -> ArrayLike:
    """Return a tensor without the gradient that may lead back from it."""
    return values.detach() if hasattr(values, "detach") else values
