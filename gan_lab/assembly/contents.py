"""What images show whatever their class, on data that come with a classifier of it.

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from gan_lab.data.base import ImageDataset, Images
from gan_lab.evaluation.classifier import shipped

BATCH = 500  # images that are read at once


def reader_of(dataset: ImageDataset, target: str) -> Callable[[Tensor], Tensor] | None:
    """Return what tells what translations show, or None where nothing does.

    It maps images `(N, C, H, W)` in the value range to classes, int64 `(N,)`.

    Args:
        dataset: of all sets.
        target: the set that is translated to, a source of the data or one of their classes.
    """
    of_target = dataset.sources.get(target, dataset)
    if of_target.content_classifier is None:
        return None

    def read(images_NCHW: Tensor) -> Tensor:
        labels = torch.zeros(len(images_NCHW), dtype=torch.int64)
        return contents(of_target, Images(dataset.to_pixels(images_NCHW), labels, (target,)))

    return read


def shown_by(dataset: ImageDataset, source: str, images: Images) -> Tensor:
    """Return what originals show, int64 `(N,)`.

    Args:
        dataset: of all sets.
        source: the set that they are of, a source of the data or some of their classes.
        images: as stored.
    """
    return contents(dataset.sources.get(source, dataset), images)


@torch.no_grad()
def contents(dataset: ImageDataset, images: Images) -> Tensor:
    """Return what the data set's classifier of it sees in images, as stored."""
    classifier = shipped(dataset.content_classifier)
    parts = dataset.bare(images).split(BATCH)
    return torch.cat([classifier(part).logits.argmax(dim=1) for part in parts])
