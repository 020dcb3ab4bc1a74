"""Choices of many runs and what came of them, one broken line per run."""

from collections.abc import Sequence

import numpy as np

from gan_lab.figures.canvas import HEIGHT, LETTER, LONGEST_NAME, WIDTH, chart_axes
from gan_lab.figures.lettering import ending, shortened
from gan_lab.figures.svg import CARD, FAINT, GROUP, SERIES, inline

MOST_WORDS = 14  # beside one axis


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
    with chart_axes(2 * WIDTH, HEIGHT + 40) as (figure, axes):
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
