"""The options that work alike on every data set: `classes`, `limit`, `size` and `binarise`."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab import seeding
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.binarise import binarised
from gan_lab.errors import ConfigError, DataError, did_you_mean

BLOCK = 4096


def select_for(dataset: ImageDataset, images: Images) -> Images:
    """Return what these options of a data set make of its images, as stored; see `select`."""
    return select(
        images,
        classes=dataset.classes,
        limit=dataset.limit,
        size=dataset.image_shape[1:],
        binarise=dataset.binarise == "fixed",
    )


def select(
    images: Images,
    *,
    classes: Sequence[str | int] | None,
    limit: int | None,
    size: tuple[int, int],
    binarise: bool = False,
) -> Images:
    """Keep some classes, then a part of `limit` images, bring them to `size`, and binarise them.

    Only the images kept are read, and nothing is copied where nothing changes.

    Args:
        images: as stored.
        classes: names or indices; the labels count in this order afterwards. None: all.
        limit: the largest number of images; see `spread`. None: all.
        size: height and width in pixels.
        binarise: see `binarise.binarised`; each image always becomes the same one.

    Raises:
        ConfigError: a class that is not there, or that is named twice.
        DataError: no image is left.
    """
    labels, names, kept, n = images.labels, images.class_names, None, len(images)
    if classes is not None:
        labels, names = _renumbered(images, classes)
        kept = (labels >= 0).nonzero().flatten()
        labels = labels[kept]
    count = len(images) if kept is None else len(kept)
    if limit is not None and limit < count:
        part = spread(labels, count, limit)
        labels = None if labels is None else labels[part]
        kept = part if kept is None else kept[part]
    if count == 0:
        raise DataError(f"data.classes={_shown(classes)} and data.split leave no image.")
    if kept is not None:
        images = replace(images.at(kept), labels=labels, class_names=names)
    if tuple(images.pixels.shape[-2:]) != tuple(size):
        images = replace(images, pixels=resized(images.pixels, size))
    return replace(images, pixels=binarised(images.pixels, kept, n)) if binarise else images


def spread(labels: Tensor | None, n: int, limit: int) -> Tensor:
    """Return which `limit` of `n` images to keep, in ascending order, int64 `(limit,)`.

    They are drawn at random, always the same ones, and each class keeps its share; a smaller limit
    keeps a part of what a larger one does.

    Args:
        labels: int64 `(n,)`; None: all are of one kind.
        n: number of images.
        limit: at most `n`.
    """
    order = torch.randperm(n, generator=seeding.generator("cpu", 0, "data.limit", n))
    if labels is not None:
        shuffled = labels[order]
        by_class = torch.argsort(shuffled, stable=True)
        _, counts = torch.unique_consecutive(shuffled[by_class], return_counts=True)
        first = torch.repeat_interleave(counts.cumsum(0) - counts, counts)
        # How far through its class each image comes, from 0 to 1: all classes go at the same pace.
        pace = torch.empty(n, dtype=torch.float64)
        place = torch.arange(n, dtype=torch.float64) - first + 0.5
        pace[by_class] = place / torch.repeat_interleave(counts, counts)
        order = order[torch.argsort(pace, stable=True)]
    return order[:limit].sort().values


def some(images: Images, n: int, by_class: bool) -> Tensor:
    """Return the pixels of `n` images to look at: the first, or some of each class if need be.

    Args:
        images: of a data set.
        n: the largest number of images.
        by_class: the first ones are of one class.
    """
    if by_class and n < len(images):
        return images.pixels[spread(images.labels, len(images), n)]
    return images.pixels[:n]


def last(images: Images, n: int) -> Images:
    """Return the last `n` of the images."""
    return images.at(slice(-n, None))


def without_last(images: Images, n: int) -> Images:
    """Return all images but the last `n`."""
    return images.at(slice(-n))


def of_classes(images: Images, classes: Sequence[int]) -> Images:
    """Return the images with one of some labels, which stay as they are."""
    return images.at(torch.isin(images.labels, torch.tensor(classes)).nonzero().flatten())


def resized(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize uint8 images `(N, C, H, W)` to `(N, C, *size)`: bilinear, with antialias."""
    out = torch.empty((*pixels.shape[:2], *size), dtype=torch.uint8)
    # In blocks, because the float copies take four times the room.
    for block, target in zip(pixels.split(BLOCK), out.split(BLOCK), strict=True):
        scaled = interpolate(block.float(), tuple(size), mode="bilinear", antialias=True)
        target.copy_(scaled.round_().clamp_(0, 255))
    return out


def _renumbered(images: Images, classes: Sequence[str | int]) -> tuple[Tensor, tuple[str, ...]]:
    """Return labels that count in the order of `classes`, -1 for all others, and the names."""
    if images.labels is None:
        raise ConfigError(f"data.classes={_shown(classes)}: these images have no labels; use null.")
    wanted = [class_index("data.classes", name, images.class_names) for name in classes]
    if len(set(wanted)) < len(wanted):
        raise ConfigError(f"data.classes={_shown(classes)} names a class twice.")
    # From an old label to the new one; the last place is where the label -1 points.
    new_labels = torch.full((len(images.class_names) + 1,), -1)
    new_labels[torch.tensor(wanted)] = torch.arange(len(wanted))
    return new_labels[images.labels], tuple(images.class_names[index] for index in wanted)


def class_index(key: str, wanted: str | int, names: Sequence[str]) -> int:
    """Return which of the classes is `wanted`, a name or a number.

    Raises:
        ConfigError: none is; names the nearest, and `key`.
    """
    if str(wanted) in names:  # first, because classes may have numbers for names: 2, 3, 10
        return names.index(str(wanted))
    if type(wanted) is int and 0 <= wanted < len(names):
        return wanted
    hint = did_you_mean(str(wanted), names)
    if type(wanted) is int:
        hint = f" Their numbers are 0 to {len(names) - 1}."
    raise ConfigError(f"{key} names the class {wanted}, which is not there.{hint}")


def _shown(classes: Sequence[str | int] | None) -> str:
    return "null" if classes is None else f"[{','.join(map(str, classes))}]"
