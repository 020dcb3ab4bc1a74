"""Points of the plane over the modes that they should cover."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from PIL import Image

INCHES = 6.0
DOTS_PER_INCH = 100
# The frame reaches this much further out than the outermost mode, the same in every picture.
FRAME = 1.5


def scatter(
    points_N2: np.ndarray, centres_K2: np.ndarray, std: float, title: str | None = None
) -> Image.Image:
    """Return the points as dots, and a circle of 3 standard deviations around each mode.

    Args:
        points_N2: coordinates; those outside the frame are counted below it.
        centres_K2: of the modes.
        std: of each mode in each direction.
        title: above the frame.
    """
    # Not by pyplot, whose figures are shared by the whole process.
    figure = Figure(figsize=(INCHES, INCHES), dpi=DOTS_PER_INCH, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(aspect="equal")
    edge = FRAME * float(np.abs(centres_K2).max())
    axes.set(xlim=(-edge, edge), ylim=(-edge, edge), title=title or "")
    axes.scatter(*points_N2.T, s=4, color="black", alpha=0.3, linewidths=0)
    for centre in centres_K2:
        axes.add_patch(Circle(centre, 3 * std, fill=False, color="tab:red", linewidth=0.8))
    outside = int((~(np.abs(points_N2) <= edge).all(axis=1)).sum())
    if outside:
        axes.set_xlabel(f"{outside:,} of {len(points_N2):,} points are outside")
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
