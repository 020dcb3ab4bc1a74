"""How samples of a data set are shown: images in a grid, points in a plane."""

from PIL import Image
from torch import Tensor

from gan_lab.data.base import ImageDataset
from gan_lab.data.mixtures import Mixture
from gan_lab.figures.grids import image_grid
from gan_lab.figures.points import scatter


def picture(dataset: ImageDataset, images_NCHW: Tensor) -> Image.Image:
    """Return a picture of what a generator for `dataset` made, given in the value range."""
    stored_NCHW = dataset.stored(images_NCHW).numpy()
    if isinstance(dataset, Mixture):
        return scatter(stored_NCHW[:, :, 0, 0], dataset.centres.numpy(), dataset.std)
    return image_grid(stored_NCHW)


def samples_per_picture(dataset: ImageDataset) -> int:
    """Return how many samples tell something without hiding each other."""
    return 2500 if isinstance(dataset, Mixture) else 64
