"""How many generated images fall into each bin of the real ones."""

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from gan_lab.figures.canvas import HEIGHT, WIDTH, chart_axes
from gan_lab.figures.svg import INK, SERIES, inline


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
    with chart_axes(2 * WIDTH, HEIGHT) as (figure, axes):
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
