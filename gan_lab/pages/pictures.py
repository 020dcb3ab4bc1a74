"""Pictures inside a page."""

import base64
import functools
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from gan_lab.data.pictures import UnreadablePictureError, read_picture

MOST = 20  # of a slider
COLOURS = 128
LARGEST_SIDE = 760  # pixels
THUMBNAIL = 128  # pixels
LARGEST_FACTOR = 16  # by which small pictures are enlarged


def evenly(pictures: Mapping[int, Path], most: int = MOST) -> dict[int, Path]:
    """Return at most so many of the pictures, evenly chosen, with the first and the last."""
    keys = sorted(pictures)
    places = np.linspace(0, len(keys) - 1, min(most, len(keys))).round().astype(int)
    return {keys[place]: pictures[keys[place]] for place in places}


def data_uri(path: Path, side: int = LARGEST_SIDE) -> str:
    """Return the picture as text for a page, small; nothing if it cannot be read.

    Args:
        path: of a PNG file.
        side: pixels that the longer side has at most.
    """
    try:
        return _data_uri(path, path.stat().st_mtime_ns, side)
    except (OSError, UnreadablePictureError):
        return ""


def thumbnail(path: Path) -> str:
    """Return the upper left corner of a picture, where single samples can be told apart.

    Of a chart, which begins with white paper, it is the whole, made small.
    """
    try:
        return _thumbnail(path, path.stat().st_mtime_ns)
    except (OSError, UnreadablePictureError):
        return ""


@functools.lru_cache(maxsize=1000)
def _thumbnail(path: Path, changed: int) -> str:
    picture = read_picture(path, formats=["PNG"]).convert("RGB")
    if picture.getpixel((0, 0)) == (255, 255, 255):
        picture.thumbnail((THUMBNAIL, THUMBNAIL))
    else:
        picture = unenlarged(picture)
    return encoded(picture.crop((0, 0, *(min(side, THUMBNAIL) for side in picture.size))))


@functools.lru_cache(maxsize=2 * MOST)  # A page is made again and again while its run goes on.
def _data_uri(path: Path, changed: int, side: int) -> str:
    picture = unenlarged(read_picture(path, formats=["PNG"]).convert("RGB"))
    if max(picture.size) > side:
        picture.thumbnail((side, side))
    return encoded(picture)


def unenlarged(picture: Image.Image) -> Image.Image:
    """Return the picture as it was before each pixel became a square of several: a page does that.

    One that has not been enlarged by a whole factor is returned as it is.
    """
    pixels_HWC = np.asarray(picture)
    for factor in range(LARGEST_FACTOR, 1, -1):
        if picture.width % factor or picture.height % factor:
            continue
        small_HWC = pixels_HWC[::factor, ::factor]
        if np.array_equal(small_HWC.repeat(factor, axis=0).repeat(factor, axis=1), pixels_HWC):
            return Image.fromarray(small_HWC)
    return picture


def encoded(picture: Image.Image) -> str:
    """Return an RGB picture as text for a page, in few colours."""
    red, green, blue = picture.split()
    if red.tobytes() == green.tobytes() == blue.tobytes():
        picture = red
    else:
        picture = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
