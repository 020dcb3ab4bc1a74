"""Figure 1 of Goodfellow et al., 2014, arXiv:1406.2661: p_data, p_g and D over one number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

INCHES = 3.6
DOTS_PER_INCH = 100
X_AXIS, Z_AXIS = -0.12, -0.55  # heights of the two lines below the curves
ARROW = {"arrowstyle": "->", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0}


@dataclass(frozen=True)
class Moment:
    """What the figure shows of one moment of training. Shape legend: M = bins, A = arrows.

    Attributes:
        title: above it.
        x: `(M,)`, evenly spaced.
        p_data: density, `(M,)`.
        p_g: density, `(M,)`.
        d: the discriminator's D(x), `(M,)`.
        best_d: the best one against this generator, p_data / (p_data + p_g), `(M,)`.
        z: latents from small to large, equally probable between any two, `(A,)`.
        g_of_z: where the generator sends them, `(A,)`.
    """

    title: str
    x: np.ndarray
    p_data: np.ndarray
    p_g: np.ndarray
    d: np.ndarray
    best_d: np.ndarray
    z: np.ndarray
    g_of_z: np.ndarray


def draw(moments: Sequence[Moment]) -> Image.Image:
    """Return the moments side by side."""
    # Not by pyplot, whose figures are shared by the whole process.
    figure = Figure((INCHES * len(moments), INCHES), dpi=DOTS_PER_INCH, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    places = figure.subplots(1, len(moments), squeeze=False).flat
    for axes, moment in zip(places, moments, strict=True):
        _draw_curves(axes, moment)
        _draw_arrows(axes, moment)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize="small")
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])


def _draw_curves(axes: Axes, moment: Moment) -> None:
    axes.plot(moment.x, moment.p_data, "k:", label="p_data")
    axes.plot(moment.x, moment.p_g, "g-", label="p_g")
    axes.plot(moment.x, moment.d, "b--", label="D")
    axes.plot(moment.x, moment.best_d, "b-", linewidth=0.6, label="best D")
    top = max(1.05, 1.5 * moment.p_data.max())
    axes.set(title=moment.title, xlim=moment.x[[0, -1]], ylim=(Z_AXIS - 0.12, top))
    axes.set_yticks([0, 0.5, 1])
    axes.xaxis.set_visible(False)


def _draw_arrows(axes: Axes, moment: Moment) -> None:
    left, right = moment.x[[0, -1]]
    share = (moment.z - moment.z[0]) / (moment.z[-1] - moment.z[0])
    # Latents have an axis of their own, in the middle half of the other one's width.
    starts = left + (0.25 + 0.5 * share) * (right - left)
    for height, name, ends in ((X_AXIS, "x", (left, right)), (Z_AXIS, "z", starts[[0, -1]])):
        axes.plot(ends, (height, height), "k-", linewidth=1)
        axes.annotate(name, (ends[0], height), xytext=(3, -10), textcoords="offset points")
    for start, end in zip(starts, moment.g_of_z, strict=True):
        axes.annotate("", (end, X_AXIS), (start, Z_AXIS), arrowprops=ARROW)
