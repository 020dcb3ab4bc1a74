"""Images that somebody's program hands over: arrays, files, or a function that makes some.

Arrays are written into a file for the time that they are looked at, so that whatever is done with
them is what a command does with that file, to the last bit.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gan_lab.data.files import PASSING
from gan_lab.errors import ConfigError, GanLabError

CHANNELS = (1, 3, 4)
# What is done about numbers of another type, by the range that they are in.
REMEDIES = (
    (-1.0, 1.0, "((images + 1) * 127.5).round()"),
    (0.0, 255.0, "images.round()"),
)


@contextmanager
def place_of(images: Any, n: int | None = None) -> Iterator[str]:
    """Yield where images lie for commands to read, in a file of their own where they are arrays.

    Args:
        images: a path; an array, a tensor or a list of arrays, see `as_array`; or a function, see
            `made_by`.
        n: of a function's images.

    Raises:
        ConfigError: they are no images.
    """
    if isinstance(images, str | os.PathLike):
        yield str(Path(images).expanduser().absolute())
        return
    array = made_by(images, n) if callable(images) else as_array(images)
    with tempfile.TemporaryDirectory(prefix=PASSING) as folder:
        path = Path(folder) / "images.npz"
        np.savez(path, images=array)
        try:
            yield str(path)
        except GanLabError as error:  # who gave an array knows of no file
            raise type(error)(str(error).replace(str(path), "ARRAY")) from error


def as_array(images: Any) -> np.ndarray:
    """Return images as one array, uint8 `(N, H, W)`, `(N, H, W, C)` or `(N, C, H, W)`.

    Args:
        images: an array or tensor in one of these forms, on any device, or a list of arrays
            `(H, W)` or `(H, W, C)` of one size, or of pictures as Pillow opens them.

    Raises:
        ConfigError: they have another shape or type; says how to change it.
    """
    if isinstance(images, list | tuple):
        images = _together(images)
    # A tensor of torch, without importing it; where its numbers do not lie in main memory either.
    if hasattr(images, "detach"):
        images = images.detach().cpu().numpy()
    if not isinstance(images, np.ndarray):
        raise ConfigError(
            f"images are of the type {type(images).__name__}: give an array of uint8, a path, or "
            f"a function that makes images."
        )
    _refuse_other_shapes(images)
    _refuse_other_types(images)
    return images


def made_by(function: Callable[[int], Any], n: int | None) -> np.ndarray:
    """Return the images of a function, which is asked again until they are enough.

    Args:
        function: gets the number of images that are missing, and returns so many or fewer.
        n: how many.

    Raises:
        ConfigError: it is not said how many, or it makes other things, or the same ones again.
    """
    if n is None:
        raise ConfigError("n is missing: say how many images to make, as in n=10000.")
    made: list[np.ndarray] = []
    while (missing := n - sum(map(len, made))) > 0:
        some = as_array(function(missing))
        if made and some.shape[1:] != made[-1].shape[1:]:
            raise ConfigError(
                f"The function makes images of the shape {some.shape[1:]} after those of "
                f"{made[-1].shape[1:]}: let it make all alike."
            )
        if made and np.array_equal(some, made[-1][: len(some)]):
            raise ConfigError(
                "The function makes the same images again: let it make others each time, or all "
                "that it is asked for at once."
            )
        made.append(some[:missing])
    return np.concatenate(made) if made else as_array(np.empty((0, 1, 1), np.uint8))


def _together(images: Sequence[Any]) -> np.ndarray:
    """Return a list of images as one array."""
    arrays = [np.asarray(image) for image in images]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        found = ", ".join(map(str, sorted(shapes)[:3]))
        raise ConfigError(
            f"The list holds images of several shapes ({found}): give images of one shape, or the "
            f"folder of their files."
        )
    return np.stack(arrays) if arrays else np.empty(0, np.uint8)


def _refuse_other_shapes(images: np.ndarray) -> None:
    if images.size == 0:
        raise ConfigError(f"images of shape {images.shape} are none: give at least one.")
    shape = images.shape
    is_one = len(shape) == 2 or (len(shape) == 3 and shape[-1] in CHANNELS and shape[1] > shape[-1])
    in_channels = len(shape) == 4 and (shape[-1] in CHANNELS or shape[1] in CHANNELS)
    if in_channels or (len(shape) == 3 and not is_one):
        return
    remedy = " One image is images[None]." if is_one else ""
    raise ConfigError(
        f"images have the shape {shape}: give (N, H, W), (N, H, W, C) or (N, C, H, W), with 1, 3 "
        f"or 4 channels.{remedy}"
    )


def _refuse_other_types(images: np.ndarray) -> None:
    if images.dtype == np.uint8:
        return
    if images.dtype.kind not in "fiub" or not np.isfinite(images).all():
        raise ConfigError(
            f"images of the type {images.dtype} hold what is no brightness: give uint8, 0 to 255."
        )
    low, high = float(images.min()), float(images.max())
    how = (
        "(images * 255).round()"
        if low >= 0 and high <= 1
        else next((how for least, most, how in REMEDIES if least <= low and high <= most), None)
    )
    remedy = f", such as {how} as uint8 if that is their range" if how else ""
    raise ConfigError(
        f"images are {images.dtype} from {low:.3g} to {high:.3g}, and what is black and white is "
        f"not known: give uint8 from 0 to 255{remedy}."
    )
