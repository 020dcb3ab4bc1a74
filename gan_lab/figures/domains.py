"""Features of two domains in the plane, coloured by domain and by class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

INCHES = (10.5, 5.0)
DOTS_PER_INCH = 100
FEW = 20  # classes that a legend names
MARKS = {"source": "o", "target": "x"}


def scatter_of_domains(
    features: dict[str, np.ndarray],
    labels: dict[str, np.ndarray | None],
    class_names: Sequence[str],
) -> Image.Image:
    """Return the features of both domains as dots, coloured by domain and, beside, by class.

    Args:
        features: of `source` and `target`, `(N, F)` each.
        labels: int64 `(N,)` each, -1 for none; None: nothing is known of them.
        class_names: by label.
    """
    plane, share = in_the_plane(features)
    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    by_domain, by_class = figure.subplots(1, 2, sharex=True, sharey=True)
    figure.suptitle(f"Features on two principal components, {share:.0%} of their variance")
    for axes, title in ((by_domain, "by domain"), (by_class, "by class")):
        axes.set(title=title, xticks=[], yticks=[])
    for colour, (name, points) in zip(("tab:blue", "tab:orange"), plane.items(), strict=True):
        dots(by_domain, points, colour, MARKS[name], name)
        known = labels[name]
        if known is None or len(class_names) > FEW:
            dots(by_class, points, "0.7", MARKS[name], name)
            continue
        for label, of_class in enumerate(class_names):
            said = of_class if name == "source" else None
            dots(by_class, points[known == label], f"C{label % 10}", MARKS[name], said)
    for axes in (by_domain, by_class):
        axes.legend(markerscale=2, fontsize="small", loc="upper right")
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3])


def dots(axes: Axes, points: np.ndarray, colour: str, mark: str, label: str | None) -> None:
    """Add points to one of the two pictures."""
    axes.scatter(*points.T, s=6, color=colour, marker=mark, linewidths=0.7, alpha=0.6, label=label)


def in_the_plane(features: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], float]:
    """Return features on the first two principal components of all of them together.

    Returns:
        points: `(N, 2)` by domain.
        share: of the variance of all features, that these two have.
    """
    together = np.concatenate(list(features.values())).astype(np.float64)
    middle = together.mean(axis=0)
    _, sizes, directions = np.linalg.svd(together - middle, full_matrices=False)
    variances = np.square(sizes)
    points = {
        name: (each.astype(np.float64) - middle) @ directions[:2].T
        for name, each in features.items()
    }
    total = variances.sum()
    return points, float(variances[:2].sum() / total) if total else 0.0
