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


def evenly(pictures: Mapping[int, Path], most: int = MOST) -> dict[int, Path]:
    """Return at most so many of the pictures, evenly chosen, with the first and the last."""
    keys = sorted(pictures)
    places = np.linspace(0, len(keys) - 1, min(most, len(keys))).round().astype(int)
    return {keys[place]: pictures[keys[place]] for place in places}


def data_uri(path: Path) -> str:
    """Return the picture as text for a page, small; nothing if it cannot be read."""
    try:
        return _data_uri(path, path.stat().st_mtime_ns)
    except (OSError, UnreadablePictureError):
        return ""


@functools.lru_cache(maxsize=2 * MOST)  # A page is made again and again while its run goes on.
def _data_uri(path: Path, changed: int) -> str:
    picture = read_picture(path, formats=["PNG"]).convert("RGB")
    if max(picture.size) > LARGEST_SIDE:
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    red, green, blue = picture.split()
    if red.tobytes() == green.tobytes() == blue.tobytes():
        picture = red
    else:
        picture = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
