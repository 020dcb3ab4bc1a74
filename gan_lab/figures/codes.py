"""Codes of images in the plane, over the prior that they should be distributed as."""

from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

INCHES = 5.0
DOTS_PER_INCH = 100
FEW = 20  # classes that a legend names


def scatter_of_codes(
    codes_N2: np.ndarray,
    labels_N: np.ndarray | None,
    latents_M2: np.ndarray,
    class_names: Sequence[str],
) -> Image.Image:
    """Return codes as dots, coloured by class, over gray ones of the prior.

    Args:
        codes_N2: of images.
        labels_N: int64, -1 for none; None: nothing is known of them.
        latents_M2: drawn from the prior.
        class_names: by label.
    """
    figure = Figure(figsize=(INCHES, INCHES), dpi=DOTS_PER_INCH, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(aspect="equal")
    axes.set_title("Codes of images, and the prior (gray)")
    axes.scatter(*latents_M2.T, s=10, color="0.85", linewidths=0)
    if labels_N is None or len(class_names) > FEW:
        axes.scatter(*codes_N2.T, s=4, color="tab:blue", linewidths=0)
    else:
        for label, name in enumerate(class_names):
            of_class = codes_N2[labels_N == label]
            colour = f"C{label % 10}"
            axes.scatter(*of_class.T, s=4, color=colour, linewidths=0, label=name)
        axes.legend(markerscale=3, fontsize="small", loc="upper right")
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
