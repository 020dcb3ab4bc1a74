"""Real images as a picture of the form in which samples are shown, to look at beside them."""

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from gan_lab import seeding
from gan_lab.assembly.forms import treatment
from gan_lab.callbacks.sample_pictures import SamplePicture
from gan_lab.data.base import ImageDataset, Images
from gan_lab.figures.grids import image_grid


def picture_of_real(
    dataset: ImageDataset, images: Images, shown: SamplePicture, seed: int
) -> Image.Image:
    """Return a picture of as many real images, drawn at random; of classes in rows if samples are.

    Args:
        dataset: of any form.
        images: as stored.
        shown: how samples are shown.
        seed: of the draw.
    """
    generator = seeding.generator("cpu", seed, "real images")
    order_N = torch.randperm(len(images), generator=generator)
    columns = shown.n // max(len(shown.rows), 1)
    in_rows = _of_classes(order_N, images.labels, shown.rows, columns)
    chosen = order_N[: shown.n] if in_rows is None else in_rows
    pixels_NCHW = dataset.like_generated(images.at(chosen)).pixels.cpu().numpy()
    if in_rows is None:
        return treatment(dataset).draw(pixels_NCHW, dataset)
    return image_grid(pixels_NCHW, columns)


def _of_classes(
    order_N: Tensor, labels_N: Tensor | None, rows: Sequence[int | Sequence[int]], columns: int
) -> Tensor | None:
    """Return places of `columns` images of each class; None if rows are none, or lack images."""
    if labels_N is None or not rows or not all(isinstance(row, int) for row in rows):
        return None
    shuffled_N = labels_N.cpu()[order_N]
    found = [order_N[shuffled_N == row][:columns] for row in rows]
    return torch.cat(found) if all(len(each) == columns for each in found) else None
