"""Shares of classes over the iterations, as colours."""

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter

from gan_lab.figures.canvas import LETTER, LONGEST_NAME, WIDTH, chart_axes, thinned
from gan_lab.figures.lettering import columns as columns_of
from gan_lab.figures.lettering import shortened
from gan_lab.figures.svg import inline
from gan_lab.figures.ticks import round_ticks

MOST_ANNOTATED = 160  # cells that have room for their numbers


def heat_map(
    name: str,
    title: str,
    shares_KT: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[int],
    brightest: float | None = None,
) -> str:
    """Return a map of percentages: classes from top to bottom, iterations from left to right.

    Args:
        name: a word that no other chart of the page has.
        title: what it shows, in words.
        shares_KT: between 0 and 1; NaN is left empty.
        rows: names of the K classes.
        columns: the T iterations.
        brightest: the share of the brightest colour; None: three times an even one.
    """
    height = float(np.clip(20 * len(rows) + 60, 140, 420))
    rows = [shortened(row, LONGEST_NAME) for row in rows]
    longest = max(map(columns_of, rows))
    with chart_axes(2 * WIDTH, height) as (figure, axes):
        left = float(np.clip(40 + 6.5 * longest, 58, 270))
        figure.subplots_adjust(left=left / (2 * WIDTH), right=1 - 18 / (2 * WIDTH))
        axes.grid(visible=False)
        brightest = brightest or min(1, 3 / len(rows))
        image = axes.imshow(
            shares_KT, aspect="auto", interpolation="nearest", cmap="viridis", vmin=0,
            vmax=brightest,
        )  # fmt: skip
        axes.set_xticks(*_named_columns(columns))
        axes.set_yticks(*thinned(range(len(rows)), rows, 25))
        axes.set(xlabel="iteration", ylabel="class")
        if shares_KT.size <= MOST_ANNOTATED:
            for row, column in np.argwhere(~np.isnan(shares_KT)):
                share = shares_KT[row, column]
                bright = share > 2 / 3 * brightest
                axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=9.5,
                          color="#111111" if bright else "#ffffff")  # fmt: skip
        bar = figure.colorbar(
            image, ax=axes, extend="max" if brightest < 1 else "neither", pad=0.015, fraction=0.04,
            format=FuncFormatter(lambda share, _: f"{100 * share:.3g}%"),
        )  # fmt: skip
        bar.outline.set_visible(False)
        return inline(figure, name, title)


def _named_columns(columns: Sequence[int]) -> tuple[Sequence[int], Sequence[str]]:
    """Return the places of a heat map's columns that are named, and the names."""
    longest = len(f"{max(columns):,}")
    most = int(np.clip((2 * WIDTH - 240) / (LETTER * longest + 14), 2, 12))
    chosen = [tick for tick in round_ticks(columns, most) if tick in columns]
    if not chosen:
        chosen = thinned(columns, columns, most)[0]
    return [columns.index(tick) for tick in chosen], [f"{tick:,.0f}" for tick in chosen]
