"""The options that work alike on every data set: `classes`, `limit` and `size`, in this order."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.data.base import Images
from gan_lab.errors import ConfigError, DataError, did_you_mean

BLOCK = 4096


def select(
    images: Images, *, classes: Sequence[str | int] | None, limit: int | None, size: int
) -> Images:
    """Keep some classes, then the first `limit` images, then bring them to `size`.

    Only the images kept are read, and nothing is copied where nothing changes.

    Args:
        images: as stored.
        classes: names or indices; the labels count in this order afterwards. None: all.
        limit: the largest number of images; None: all.
        size: height and width in pixels.

    Raises:
        ConfigError: a class that is not there, or that is named twice.
        DataError: no image is left.
    """
    if classes is not None:
        images = _keep_classes(images, classes, limit)
    elif limit is not None:
        labels = None if images.labels is None else images.labels[:limit]
        images = Images(images.pixels[:limit], labels, images.class_names)
    if len(images) == 0:
        raise DataError(f"data.classes={_shown(classes)} and data.split leave no image.")
    if images.pixels.shape[-2:] == (size, size):
        return images
    return Images(resized(images.pixels, size), images.labels, images.class_names)


def last(images: Images, n: int) -> Images:
    """Return the last `n` of the images."""
    labels = None if images.labels is None else images.labels[-n:]
    return Images(images.pixels[-n:], labels, images.class_names)


def resized(pixels: Tensor, size: int) -> Tensor:
    """Resize uint8 images `(N, C, H, W)` to `(N, C, size, size)`: bilinear, with antialias."""
    out = torch.empty((*pixels.shape[:2], size, size), dtype=torch.uint8)
    # In blocks, because the float copies take four times the room.
    for block, target in zip(pixels.split(BLOCK), out.split(BLOCK), strict=True):
        scaled = interpolate(block.float(), (size, size), mode="bilinear", antialias=True)
        target.copy_(scaled.round_().clamp_(0, 255))
    return out


def _keep_classes(images: Images, classes: Sequence[str | int], limit: int | None) -> Images:
    if images.labels is None:
        raise ConfigError(f"data.classes={_shown(classes)}: these images have no labels; use null.")
    wanted = [_class_index(name, images.class_names) for name in classes]
    if len(set(wanted)) < len(wanted):
        raise ConfigError(f"data.classes={_shown(classes)} names a class twice.")
    # From an old label to the new one; the last place is where the label -1 points.
    new_labels = torch.full((len(images.class_names) + 1,), -1)
    new_labels[torch.tensor(wanted)] = torch.arange(len(wanted))
    labels = new_labels[images.labels]
    kept = (labels >= 0).nonzero().flatten()[:limit]
    names = tuple(images.class_names[index] for index in wanted)
    return Images(images.pixels[kept], labels[kept], names)


def _class_index(wanted: str | int, names: Sequence[str]) -> int:
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return wanted
    if wanted in names:
        return names.index(wanted)
    hint = did_you_mean(str(wanted), names)
    raise ConfigError(f"data.classes names the class {wanted}, which is not there.{hint}")


def _shown(classes: Sequence[str | int] | None) -> str:
    return "null" if classes is None else f"[{','.join(map(str, classes))}]"
