"""One picture file into one square uint8 array: read, turned upright, cropped, scaled."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

# Formats read by Pillow's own well-tested decoders; PPM includes PGM.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "PPM")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".ppm", ".pgm")
MODES = {1: "L", 3: "RGB"}


def decode(file: BinaryIO, size: int, channels: int) -> np.ndarray:
    """Decode a picture.

    Args:
        file: a PNG, JPEG, WEBP, BMP, PPM or PGM file, open for reading.
        size: height and width of the result in pixels.
        channels: 1 for gray, 3 for RGB.

    Returns:
        uint8 `(channels, size, size)`, 0 to 255.

    Raises:
        Exception: of many kinds, when the bytes are not a picture; inside `strict_pillow` also
            for one with more pixels than `PIL.Image.MAX_IMAGE_PIXELS`.
    """
    try:
        opened = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        raise UnidentifiedImageError(f"not a {', '.join(FORMATS)} picture") from None
    with opened as picture:
        # A large JPEG is decoded at the nearest fraction that is still twice the size.
        picture.draft(None, (2 * size, 2 * size))
        return square(ImageOps.exif_transpose(picture), size, channels)


def square(picture: Image.Image, size: int, channels: int) -> np.ndarray:
    """Scale the short side to `size` with antialias, crop the centre: `(channels, size, size)`."""
    flat = _eight_bit(picture).convert(MODES[channels])
    pixels = np.asarray(ImageOps.fit(flat, (size, size), Image.Resampling.LANCZOS))
    return pixels.reshape(size, size, channels).transpose(2, 0, 1)


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Make a picture of too many pixels an error; silence Pillow's remarks on harmless oddities.

    Warning filters belong to the whole process, so this goes around the threads, not inside them.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        sixteen_bit = np.asarray(picture).astype(np.int64).clip(0, 65535)
        return Image.fromarray((sixteen_bit // 257).astype(np.uint8))
    if picture.mode == "F":
        return Image.fromarray((np.asarray(picture).clip(0, 1) * 255).astype(np.uint8))
    if picture.has_transparency_data:
        # White paper shows through, as on a web page.
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture)
    return picture
