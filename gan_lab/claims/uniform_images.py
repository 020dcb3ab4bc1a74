"""Images drawn uniformly are noise: real ones fill a vanishing part of all that there can be."""

from collections.abc import Iterable, Iterator

import numpy as np

from gan_lab.claims.outcome import Outcome
from gan_lab.data.mnist import MNIST
from gan_lab.figures.curves import Curve, Panel

IMAGES = 200_000
BLOCK = 5_000
SIDE = 28
BINS = np.linspace(-0.25, 1, 126)


def drawn_uniformly() -> Iterator[np.ndarray]:
    """Yield images in blocks, uint8 `(N, SIDE, SIDE)`, each pixel any of 256 levels alike."""
    random = np.random.default_rng(0)
    for _ in range(IMAGES // BLOCK):
        yield random.integers(0, 256, (BLOCK, SIDE, SIDE), dtype=np.uint8)


def real_digits() -> Iterator[np.ndarray]:
    """Yield the training images of MNIST in blocks, uint8 `(N, SIDE, SIDE)`."""
    dataset = MNIST()
    dataset.prepare()
    for block in dataset.load().pixels.split(BLOCK):
        yield block[:, 0].numpy()


def neighbour_correlation(images_NHW: np.ndarray) -> np.ndarray:
    """Return for each image the correlation of pixels and their right-hand neighbours, `(N,)`."""
    left, right = (
        pixels.reshape(len(pixels), -1).astype(np.float32)
        for pixels in (images_NHW[:, :, :-1], images_NHW[:, :, 1:])
    )
    left -= left.mean(axis=1, keepdims=True)
    right -= right.mean(axis=1, keepdims=True)
    scale = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return (left * right).sum(axis=1) / scale


def check(
    drawn: Iterable[np.ndarray] | None = None, real: Iterable[np.ndarray] | None = None
) -> Outcome:
    """Compare the most image-like of the drawn images with the least image-like real one.

    Args:
        drawn: blocks of uint8 images; None: uniform ones.
        real: the same; None: MNIST.

    Raises:
        DataError: MNIST cannot be loaded.
    """
    noise, digits = (
        np.concatenate([neighbour_correlation(block) for block in blocks])
        for blocks in (drawn or drawn_uniformly(), real or real_digits())
    )
    centres = (BINS[1:] + BINS[:-1]) / 2
    shares = {
        name: np.histogram(correlations, BINS)[0] / len(correlations)
        for name, correlations in (("uniform", noise), ("real", digits))
    }
    return Outcome(
        f"Of {IMAGES:,} uniformly drawn images none looks like an image: in all of them a pixel "
        f"tells less of its neighbour than in any real digit.",
        holds=bool(noise.max() < digits.min()),
        numbers={
            "drawn images": len(noise),
            "mean correlation of neighbours in them": noise.mean(),
            "their standard deviation": noise.std(),
            "the largest": noise.max(),
            "real images": len(digits),
            "mean correlation of neighbours in those": digits.mean(),
            "the smallest": digits.min(),
        },
        panels=[
            Panel(
                "How much a pixel tells of its neighbour",
                "correlation of neighbouring pixels",
                "share of the images",
                [Curve(name, centres, share) for name, share in shares.items()],
            )
        ],
    )
