"""The pictures of the tasks that look at what a generator has learned.

Shape legend: N = images, R = restarts, T = steps, K = columns. All images are uint8 `(C, H, W)`.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from gan_lab.figures.colours import rgb
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.figures.tiles import side_by_side, tiles


def samples_and_nearest(
    samples_RKCHW: np.ndarray, nearest_RCHW: np.ndarray, distances_R: Sequence[float]
) -> Image.Image:
    """Return rows of samples, and set off the training image nearest to the last one of each."""
    k = samples_RKCHW.shape[1]
    return tiles(
        np.concatenate([samples_RKCHW, nearest_RCHW[:, None]], axis=1),
        headings=[*[""] * k, "nearest"],
        captions=[[*[""] * k, f"{distance:.2f}"] for distance in distances_R],
        set_off=1,
    )


def inverted(
    real_NCHW: np.ndarray, made_NCHW: np.ndarray, errors_N: Sequence[float]
) -> Image.Image:
    """Return real images, G(z*) below, and below that their difference, black where it is none."""
    n = len(real_NCHW)
    real_NCHW, made_NCHW = rgb(real_NCHW), rgb(made_NCHW)
    difference = np.abs(real_NCHW.astype(np.int16) - made_NCHW).astype(np.uint8)
    return tiles(
        np.stack([real_NCHW, made_NCHW, difference]),
        captions=[["real"] * n, ["G(z*)"] * n, [f"{error:.4f}" for error in errors_N]],
    )


def between_real(first_CHW: np.ndarray, walk_KCHW: np.ndarray, last_CHW: np.ndarray) -> Image.Image:
    """Return a path between the latents of two real images, with these at its ends."""
    headings = ["real", "G(z*)", *[""] * (len(walk_KCHW) - 2), "G(z*)", "real"]
    row = np.concatenate([first_CHW[None], walk_KCHW, last_CHW[None]])
    return tiles(row[None], headings=headings)


def completed(real_NCHW: np.ndarray, given_CHW: np.ndarray, made_RNCHW: np.ndarray) -> Image.Image:
    """Return real images, what is given of them, gray elsewhere, and rows of completions."""
    given_NCHW = np.where(given_CHW, real_NCHW, np.uint8(128))
    rows_RNCHW = np.stack([real_NCHW, given_NCHW, *made_RNCHW])
    n = len(real_NCHW)
    names = ["real", "given", *[""] * len(made_RNCHW)]
    return tiles(rows_RNCHW, captions=[[name, *[""] * (n - 1)] for name in names])


def inversion_curves(
    errors_TNR: np.ndarray, random_errors_N: np.ndarray, randoms: int
) -> Image.Image:
    """Return all restarts of the first image, and the best and the middle one over all images.

    Args:
        errors_TNR: mean squared differences before each step and after the last.
        random_errors_N: those of the best of some random latents.
        randoms: how many these were.
    """
    steps = np.arange(len(errors_TNR))
    first = [
        Curve(f"start {index + 1}", steps, errors)
        for index, errors in enumerate(errors_TNR[:, 0].T)
    ]
    over_all = [
        Curve("best start", steps, errors_TNR.min(axis=2).mean(axis=1)),
        Curve("middle start", steps, np.median(errors_TNR, axis=2).mean(axis=1)),
    ]
    name = f"best of {randoms:,} random"
    return draw(
        [
            Panel(title, "step", "mean squared error", lines, {name: float(level)}, "log")
            for title, lines, level in (
                ("First image", first, random_errors_N[0]),
                ("Mean of all images", over_all, random_errors_N.mean()),
            )
        ]
    )


def arithmetic(
    concepts: Sequence[np.ndarray],
    means_NCHW: np.ndarray,
    names: Sequence[str],
    result_RKCHW: np.ndarray,
    words: Sequence[Sequence[str]],
) -> Image.Image:
    """Return a row per concept with its mean set off, and on the right the result.

    Args:
        concepts: the images of each one's latents, `(n, C, H, W)`, of any number.
        means_NCHW: the image of each one's mean latent.
        names: of the concepts.
        result_RKCHW: the image of the result amid its neighbours'.
        words: below each of these, or none.
    """
    longest = max(map(len, concepts))
    blank = np.full_like(means_NCHW[:1], 255)
    rows = [
        np.concatenate([images, *[blank] * (longest - len(images)), mean[None]])
        for images, mean in zip(concepts, means_NCHW, strict=True)
    ]
    captions = [[*[""] * longest, name] for name in names]
    left = tiles(np.stack(rows), headings=[*[""] * longest, "mean"], captions=captions, set_off=1)
    return side_by_side([left, tiles(result_RKCHW, captions=words)])
