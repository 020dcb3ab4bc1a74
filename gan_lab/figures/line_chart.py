"""Lines over the iterations, with levels to compare them with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator
from numpy.typing import ArrayLike

from gan_lab.figures.canvas import LETTER, LONGEST_NAME, WIDTH, chart_axes
from gan_lab.figures.lettering import columns as columns_of
from gan_lab.figures.lettering import shortened
from gan_lab.figures.svg import GROUP, INK, SERIES, inline
from gan_lab.figures.ticks import round_ticks

FEW_POINTS = 40  # are marked by dots, of few lines
FEW_LINES = 12
MOST_POINTS = 1000  # of a line
MOST_OF_ALL = 12_000  # of all lines together
LARGEST = 1e100
DASHED = (0, (4, 3))


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes:
        label: in the legend; empty for none.
        x: `(n,)`.
        y: `(n,)`; what is not finite leaves a gap.
        colour: its place in the page's palette, counted round.
        spread: `(n,)`, half the height of a band around it, or None for no band.
        group: by which a page shows and hides it.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    colour: int
    spread: ArrayLike | None = None
    group: str = ""


@dataclass(frozen=True)
class Chart:
    """Lines over the iterations.

    Attributes:
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        lines: from the lowest to the uppermost.
        levels: values of y to mark, by their names, each with a colour's place in the palette.
        marks: values of x to mark.
        limits: of y; None chooses by the lines.
        logarithmic: the scale of y, if anything there is above 0.
        unit: of y.
    """

    name: str
    title: str
    lines: Sequence[Line]
    levels: Mapping[str, tuple[float, int | None]] = field(default_factory=dict)
    marks: Sequence[float] = ()
    limits: tuple[float | None, float | None] = (None, None)
    logarithmic: bool = False
    unit: str = ""


def line_chart(chart: Chart) -> str:
    """Return the lines with a legend above them, which also names the levels."""
    handles = _handles(chart)
    columns = _legend_columns([handle.get_label() for handle in handles])
    lines = max(1, -(-len(handles) // columns))
    most = min(MOST_POINTS, MOST_OF_ALL // max(len(chart.lines), 1))
    with chart_axes(legend_lines=lines) as (figure, axes):
        for line in chart.lines:
            _draw(axes, line, most, are_few=len(chart.lines) <= FEW_LINES)
        for level, colour in chart.levels.values():
            axes.axhline(level, color=_ink(colour), linewidth=1, linestyle=DASHED, alpha=0.8)
        for mark in chart.marks:
            axes.axvline(mark, color=SERIES[1], linewidth=1.5, linestyle=":")
        axes.set_ylabel(chart.unit)
        if chart.logarithmic and any(np.any(_fewer(line.y, most) > 0) for line in chart.lines):
            axes.set_yscale("log", nonpositive="mask")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=8))
            axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        if chart.limits != (None, None):
            axes.set_ylim(*chart.limits)
        _leave_room_for_rounding(axes)
        _count_iterations(axes, chart.lines)
        if handles:
            axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=columns,
                        fontsize=10.5, borderaxespad=0.1, columnspacing=1.4, handlelength=1.5,
                        labelspacing=0.3)  # fmt: skip
        return inline(figure, chart.name, chart.title)


def short(value: float) -> str:
    """Return a number at an axis in little room: 0.25, -40000, 2e-5, 1e14."""
    plain = f"{value:g}"
    if len(plain) <= 6 and "e" not in plain:
        return plain
    mantissa, exponent = f"{value:.5e}".split("e")
    return min(plain, f"{float(mantissa):g}e{int(exponent)}", key=len)


def _handles(chart: Chart) -> list[Line2D]:
    """Return what the legend shows: the lines, and in dashes the levels."""
    handles = [
        Line2D([], [], color=_ink(line.colour), marker="o" if len(line.x) <= FEW_POINTS else "",
               markersize=3, label=shortened(line.label, LONGEST_NAME))
        for line in chart.lines
        if line.label
    ]  # fmt: skip
    return handles + [
        Line2D([], [], color=_ink(colour), linewidth=1, linestyle=DASHED, label=name)
        for name, (_, colour) in chart.levels.items()
    ]


def _legend_columns(labels: Sequence[str]) -> int:
    """Return into how many columns of a legend the labels fit, which it fills one by one."""
    for columns in range(min(4, len(labels)), 1, -1):
        lines = -(-len(labels) // columns)
        widest = [max(map(columns_of, labels[n : n + lines])) for n in range(0, len(labels), lines)]
        if sum(LETTER * letters + 38 for letters in widest) <= WIDTH - 50:
            return -(-len(labels) // lines)
    return 1


def _ink(colour: int | None) -> str:
    return INK if colour is None else SERIES[colour % len(SERIES)]


def _draw(axes: Axes, line: Line, most: int, *, are_few: bool) -> None:
    x, y = _fewer(line.x, most), _fewer(line.y, most)
    colour = _ink(line.colour)
    gid = f"{GROUP}{line.group}" if line.group else None
    marker = "o" if len(x) == 1 or (are_few and len(x) <= FEW_POINTS) else ""
    # A line along an axis, as of shares that are 0, is drawn in full width and above it.
    style = {"color": colour, "marker": marker, "markersize": 3, "clip_on": False, "zorder": 3}
    thin = {} if are_few else {"linewidth": 0.9, "alpha": 0.7}  # so that lines below are seen
    axes.plot(x, y, gid=gid, **style, **thin)
    if line.spread is not None:
        spread = _fewer(line.spread, most)
        style = {"color": colour, "alpha": 0.18, "linewidth": 0}
        axes.fill_between(x, y - spread, y + spread, gid=gid, **style)


def _fewer(values: ArrayLike, most: int) -> np.ndarray:
    """Return at most about `most` of the values, the last one among them.

    What has left all bounds counts as infinite, which leaves a gap: no axis could be drawn.
    """
    values = np.asarray(values, float)
    values = np.where(np.abs(values) < LARGEST, values, np.nan)
    values = np.where(np.abs(values) > 1 / LARGEST, values, 0 * values)
    return values[::-1][:: len(values) // most + 1][::-1]


def _leave_room_for_rounding(axes: Axes) -> None:
    """Show at least a thousandth of y's size, so that the numbers at the axis differ."""
    low, high = axes.get_ylim()
    least = 1e-3 * max(abs(low), abs(high))
    if high - low < least:
        axes.set_ylim((low + high - least) / 2, (low + high + least) / 2)


def _count_iterations(axes: Axes, lines: Sequence[Line]) -> None:
    axes.set_xlabel("iteration", labelpad=2)
    places = sorted({float(x) for line in lines for x in np.asarray(line.x, float)})
    longest = len(f"{places[-1]:,.0f}") if places else 1
    most = int(np.clip((WIDTH - 72) / (LETTER * longest + 12), 2, 6))
    axes.xaxis.set_major_locator(FixedLocator(round_ticks(places, most)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
