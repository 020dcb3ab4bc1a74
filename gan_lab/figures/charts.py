"""The charts of a page, each one `<svg>`: see svg.py for how a page colours them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike

from gan_lab.figures.lettering import columns as columns_of
from gan_lab.figures.lettering import ending, shortened
from gan_lab.figures.svg import CARD, FAINT, GROUP, INK, SERIES, inline, settings
from gan_lab.figures.ticks import round_ticks

WIDTH, HEIGHT = 440, 250  # pixels; a page scales them
FEW_POINTS = 40  # are marked by dots
MOST_POINTS = 1000
MOST_ANNOTATED = 160  # cells of a heat map that have room for their numbers
LETTER = 6.2  # pixels of a letter, on average
LEGEND_LINE = 17  # pixels
LONGEST_NAME = 34  # letters of a class, a run's choice or the like
MOST_WORDS = 14  # beside one axis
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
    with _axes(legend_lines=lines) as (figure, axes):
        for line in chart.lines:
            _draw(axes, line)
        for level, colour in chart.levels.values():
            axes.axhline(level, color=_ink(colour), linewidth=1, linestyle=DASHED, alpha=0.8)
        for mark in chart.marks:
            axes.axvline(mark, color=SERIES[1], linewidth=1.5, linestyle=":")
        axes.set_ylabel(chart.unit)
        if chart.logarithmic and any(np.any(_fewer(line.y) > 0) for line in chart.lines):
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


def heat_map(
    name: str, title: str, shares_KT: np.ndarray, rows: Sequence[str], columns: Sequence[int]
) -> str:
    """Return a map of percentages: classes from top to bottom, iterations from left to right.

    Args:
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        shares_KT: between 0 and 1.
        rows: names of the K classes.
        columns: the T iterations.
    """
    height = float(np.clip(20 * len(rows) + 60, 140, 420))
    rows = [shortened(row, LONGEST_NAME) for row in rows]
    longest = max(map(columns_of, rows))
    with _axes(2 * WIDTH, height) as (figure, axes):
        left = float(np.clip(40 + 6.5 * longest, 58, 270))
        figure.subplots_adjust(left=left / (2 * WIDTH), right=1 - 18 / (2 * WIDTH))
        axes.grid(visible=False)
        brightest = min(1, 3 / len(rows))
        image = axes.imshow(
            shares_KT, aspect="auto", interpolation="nearest", cmap="viridis", vmin=0,
            vmax=brightest,
        )  # fmt: skip
        axes.set_xticks(*_named_columns(columns))
        axes.set_yticks(*_thinned(range(len(rows)), rows, 25))
        axes.set(xlabel="iteration", ylabel="class")
        if shares_KT.size <= MOST_ANNOTATED:
            for (row, column), share in np.ndenumerate(shares_KT):
                bright = share > 2 / 3 * brightest
                axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=9.5,
                          color="#111111" if bright else "#ffffff")  # fmt: skip
        bar = figure.colorbar(
            image, ax=axes, extend="max" if brightest < 1 else "neither", pad=0.015, fraction=0.04,
            format=FuncFormatter(lambda share, _: f"{100 * share:.3g}%"),
        )  # fmt: skip
        bar.outline.set_visible(False)
        return inline(figure, name, title)


def bin_chart(
    name: str, title: str, real_K: ArrayLike, generated_K: ArrayLike, different_K: ArrayLike
) -> str:
    """Return each bin's share of the generated images over its share of the real ones.

    Bins stand from the least to the most generated; those whose shares differ are coloured.

    Args:
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        real_K: real images in each bin.
        generated_K: generated images in each bin.
        different_K: whether the shares differ.
    """
    real, generated = np.asarray(real_K, float), np.asarray(generated_K, float)
    real, generated = real / max(real.sum(), 1), generated / max(generated.sum(), 1)
    order = np.argsort((generated + 1e-9) / (real + 1e-9))
    differs = np.asarray(different_K, bool)[order]
    with _axes(2 * WIDTH, HEIGHT) as (figure, axes):
        places = np.arange(len(order))
        for mask, colour, label in ((~differs, 0, "as in the data"), (differs, 1, "different")):
            axes.bar(places[mask], 100 * generated[order][mask], width=0.8, color=SERIES[colour],
                     label=f"generated, {label}")  # fmt: skip
        axes.plot(places, 100 * real[order], "_", color=INK, markersize=4, label="real")
        axes.set(xlabel="bin, from the least to the most generated", ylabel="% of the images")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=3, fontsize=10.5,
                    borderaxespad=0.1)  # fmt: skip
        return inline(figure, name, title)


def parallel_coordinates(
    name: str,
    title: str,
    axes_names: Sequence[str],
    values: Sequence[Sequence[str | float | None]],
    colours: Sequence[int],
) -> str:
    """Return one broken line per job across one vertical axis per override and, last, the metric.

    Args:
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        axes_names: of the axes.
        values: of each job, in the order of the axes: a number, a word, or None for neither.
        colours: of each job, places in the page's palette.
    """
    room = int(2 * WIDTH / len(axes_names) / LETTER)  # letters between two axes
    with _axes(2 * WIDTH, HEIGHT + 40) as (figure, axes):
        axes.grid(visible=False)
        heights = []
        for place, column in enumerate(zip(*values, strict=True)):
            height, ticks = _scaled(column)
            heights.append([height.get(value, np.nan) for value in column])
            axes.axvline(place, color=FAINT, linewidth=1)
            for label, at in ticks:
                # On a ground of its own, so that no line runs through it.
                axes.annotate(
                    shortened(label, min(room - 3, LONGEST_NAME)), (place, at), xytext=(5, 0),
                    textcoords="offset points", va="center", fontsize=9.5,
                    bbox={"facecolor": CARD, "edgecolor": "none", "alpha": 0.85, "pad": 1},
                )  # fmt: skip
        for job, line in enumerate(np.array(heights).T):
            # The better or worse end of the last axis is told by its own numbers.
            axes.plot(line, color=SERIES[colours[job]], alpha=0.7, gid=f"{GROUP}{job}")
        axes.set_xticks(range(len(axes_names)), [ending(name, room) for name in axes_names])
        axes.set_yticks([])
        axes.set(ylim=(-0.05, 1.05), xlim=(-0.1, len(axes_names) - 1 + 0.35))
        axes.spines[:].set_visible(False)
        return inline(figure, name, title)


def short(value: float) -> str:
    """Return a number at an axis in little room: 0.25, -40000, 2e-5, 1e14."""
    plain = f"{value:g}"
    if len(plain) <= 6 and "e" not in plain:
        return plain
    mantissa, exponent = f"{value:.5e}".split("e")
    return min(plain, f"{float(mantissa):g}e{int(exponent)}", key=len)


def _scaled(
    column: Sequence[str | float | None],
) -> tuple[dict[str | float, float], list[tuple[str, float]]]:
    """Return the height, 0 to 1, of each value, and the labels of an axis with their heights."""
    known = {value for value in column if value is not None}
    if all(isinstance(value, int | float) for value in known):
        low, high = min(known, default=0), max(known, default=1)
        span = (high - low) or 1
        heights = {value: (value - low) / span for value in known}
        return heights, [(f"{value:.4g}", heights[value]) for value in sorted({low, high} & known)]
    words = sorted(known, key=str)
    heights = {word: n / max(len(words) - 1, 1) for n, word in enumerate(words)}
    named = words[:: -(-len(words) // MOST_WORDS)]
    return heights, [(str(word), heights[word]) for word in named]


@contextmanager
def _axes(
    width: float = WIDTH, height: float = HEIGHT, legend_lines: int = 1
) -> Iterator[tuple[Figure, Axes]]:
    height += LEGEND_LINE * (legend_lines - 1)
    top = 24 + LEGEND_LINE * (legend_lines - 1)
    # Not by pyplot, whose figures are shared by the whole process.
    with matplotlib.rc_context(settings()), warnings.catch_warnings():
        # A browser has letters that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure = Figure((width / 72, height / 72))
        figure.subplots_adjust(
            left=58 / width, right=1 - 14 / width, bottom=38 / height, top=1 - top / height
        )
        yield figure, figure.add_subplot()


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


def _draw(axes: Axes, line: Line) -> None:
    x, y = _fewer(line.x), _fewer(line.y)
    colour = _ink(line.colour)
    gid = f"{GROUP}{line.group}" if line.group else None
    marker = "o" if len(x) <= FEW_POINTS else ""
    # A line along an axis, as of shares that are 0, is drawn in full width and above it.
    style = {"color": colour, "marker": marker, "markersize": 3, "clip_on": False, "zorder": 3}
    axes.plot(x, y, gid=gid, **style)
    if line.spread is not None:
        spread = _fewer(line.spread)
        axes.fill_between(x, y - spread, y + spread, color=colour, alpha=0.18, linewidth=0)


def _fewer(values: ArrayLike) -> np.ndarray:
    """Return at most about `MOST_POINTS` of the values, the last one among them.

    What has left all bounds counts as infinite, which leaves a gap: no axis could be drawn.
    """
    values = np.asarray(values, float)
    values = np.where(np.abs(values) < LARGEST, values, np.nan)
    values = np.where(np.abs(values) > 1 / LARGEST, values, 0 * values)
    return values[::-1][:: len(values) // MOST_POINTS + 1][::-1]


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


def _named_columns(columns: Sequence[int]) -> tuple[Sequence[int], Sequence[str]]:
    """Return the places of a heat map's columns that are named, and the names."""
    longest = len(f"{max(columns):,}")
    most = int(np.clip((2 * WIDTH - 240) / (LETTER * longest + 14), 2, 12))
    chosen = [tick for tick in round_ticks(columns, most) if tick in columns]
    if not chosen:
        chosen = _thinned(columns, columns, most)[0]
    return [columns.index(tick) for tick in chosen], [f"{tick:,.0f}" for tick in chosen]


def _thinned(
    places: Sequence[int], labels: Sequence[str], most: int
) -> tuple[Sequence[int], Sequence[str]]:
    step = -(-len(places) // most)
    return list(places)[::step], list(labels)[::step]
