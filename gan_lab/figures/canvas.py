"""The ground of every chart of a page, one `<svg>`: see svg.py for how a page colours it."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan_lab.figures.svg import settings

WIDTH, HEIGHT = 440, 250  # pixels; a page scales them
LETTER = 6.2  # pixels of a letter, on average
LEGEND_LINE = 17  # pixels
LONGEST_NAME = 34  # letters of a class, a run's choice or the like


@contextmanager
def chart_axes(
    width: float = WIDTH, height: float = HEIGHT, legend_lines: int = 1
) -> Iterator[tuple[Figure, Axes]]:
    """Open a figure with one pair of axes, and room above them for a legend.

    Args:
        width: of the figure in pixels.
        height: of the figure in pixels, with one line of legend.
        legend_lines: of the legend; each further one makes the figure higher.
    """
    height += LEGEND_LINE * (legend_lines - 1)
    top = 24 + LEGEND_LINE * (legend_lines - 1)
    # Not by pyplot, whose figures are shared by the whole process.
    with matplotlib.rc_context(settings()), warnings.catch_warnings():
        # A browser has letters that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure = Figure((width / 72, height / 72))
        figure.subplots_adjust(
            left=66 / width, right=1 - 14 / width, bottom=38 / height, top=1 - top / height
        )
        yield figure, figure.add_subplot()


def thinned(
    places: Sequence[int], labels: Sequence[str], most: int
) -> tuple[Sequence[int], Sequence[str]]:
    """Return at most `most` of the places, evenly, with their labels."""
    step = -(-len(places) // most)
    return list(places)[::step], list(labels)[::step]
