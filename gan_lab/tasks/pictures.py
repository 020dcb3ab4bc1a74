"""How samples of a data set are shown: images in a grid, points in a plane, numbers as a curve."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_lab.data.base import ImageDataset, Images
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
    stored_NCHW = dataset.stored(images_NCHW).numpy()
    if isinstance(dataset, Mixture):
        return scatter(stored_NCHW[:, :, 0, 0], dataset.centres.numpy(), dataset.std)
    if isinstance(dataset, Density):
        return histogram(stored_NCHW.flatten(), dataset)
    return image_grid(stored_NCHW)


def neighbours(dataset: ImageDataset, real: Images, images_NCHW: Tensor) -> Image.Image:
    """Return the images, given in the value range, in a row above the real ones nearest to each."""
    generated = dataset.stored(images_NCHW)
    pixels = real.pixels.cpu()
    _, found = nearest_images(generated, pixels, min(NEIGHBOURS, len(pixels)))
    rows = [generated, *(pixels[column] for column in found.T)]
    return image_grid(torch.cat(rows).numpy(), columns=len(generated))


def histogram(numbers_N: np.ndarray, dataset: Density) -> Image.Image:
    """Return how often each stretch of the line is met, beside the density that it should have."""
    heights, edges = np.histogram(numbers_N, bins=60, range=dataset.value_range)
    middles = (edges[1:] + edges[:-1]) / 2
    p_g = heights / len(numbers_N) / (edges[1] - edges[0])
    p_data = dataset.distribution.log_prob(torch.from_numpy(middles)).exp()
    curves = [Curve("p_data", middles, p_data, "k:"), Curve("p_g", middles, p_g, "g-")]
    return draw([Panel(f"{len(numbers_N):,} samples", "x", "density", curves)])


def samples_per_picture(dataset: ImageDataset) -> int:
    """Return how many samples tell something without hiding each other."""
    if isinstance(dataset, Density):
        return 10_000
    return 2500 if isinstance(dataset, Mixture) else 64
