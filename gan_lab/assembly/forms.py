"""How samples of a data set are shown: images in a grid, points in a plane, numbers as a curve."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_lab.data.base import Form, ImageDataset, Images
from gan_lab.data.density import Density
from gan_lab.data.mixtures import Mixture
from gan_lab.evaluation.neighbours import nearest_images
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.figures.grids import image_grid
from gan_lab.figures.points import scatter

NEIGHBOURS = 4  # real images below each generated one
BESIDE_NEIGHBOURS = 12  # generated images


def picture(dataset: ImageDataset, images_NCHW: Tensor) -> Image.Image:
    """Return a picture of what a generator for `dataset` made, given in the value range."""
    return SHOWN[dataset.form].draw(dataset.to_pixels(images_NCHW).numpy(), dataset)


def samples_per_picture(dataset: ImageDataset) -> int:
    """Return how many samples tell something without hiding each other."""
    return SHOWN[dataset.form].n


def beside_scores(
    dataset: ImageDataset, real: Images, n_fake: int
) -> tuple[Callable[[Tensor], Image.Image], int]:
    """Return what draws the picture of an evaluation, and how many samples it is given.

    Args:
        dataset: of images, or of points.
        real: its images.
        n_fake: samples that are scored.
    """
    if dataset.form == "images":
        return partial(neighbours, dataset, real), BESIDE_NEIGHBOURS
    return partial(picture, dataset), n_fake


def neighbours(dataset: ImageDataset, real: Images, images_NCHW: Tensor) -> Image.Image:
    """Return the images, given in the value range, in a row above the real ones nearest to each."""
    generated = dataset.to_pixels(images_NCHW)
    pixels = real.pixels.cpu()
    _, found = nearest_images(generated, pixels, min(NEIGHBOURS, len(pixels)))
    rows = [generated, *(pixels[column] for column in found.T)]
    return image_grid(torch.cat(rows).numpy(), columns=len(generated))


def plane(points_NCHW: np.ndarray, dataset: Mixture) -> Image.Image:
    """Return the points of the plane, and the modes that they should cover."""
    return scatter(points_NCHW[:, :, 0, 0], dataset.centres.numpy(), dataset.std)


def histogram(numbers_NCHW: np.ndarray, dataset: Density) -> Image.Image:
    """Return how often each stretch of the line is met, beside the density that it should have."""
    numbers_N = numbers_NCHW.flatten()
    heights, edges = np.histogram(numbers_N, bins=60, range=dataset.value_range)
    middles = (edges[1:] + edges[:-1]) / 2
    p_g = heights / len(numbers_N) / (edges[1] - edges[0])
    p_data = dataset.distribution.log_prob(torch.from_numpy(middles)).exp()
    curves = [Curve("p_data", middles, p_data, "k:"), Curve("p_g", middles, p_g, "g-")]
    return draw([Panel(f"{len(numbers_N):,} samples", "x", "density", curves)])


@dataclass(frozen=True)
class Shown:
    """How one form of data is shown.

    Attributes:
        draw: makes a picture of samples `(N, C, H, W)`, as stored, and their data set.
        n: how many samples a picture is given.
    """

    draw: Callable[[np.ndarray, ImageDataset], Image.Image]
    n: int


SHOWN: dict[Form, Shown] = {
    "images": Shown(lambda images_NCHW, _: image_grid(images_NCHW), 64),
    "points": Shown(plane, 2500),
    "numbers": Shown(histogram, 10_000),
}
