"""Picture files: the one place that lets Pillow read them, and one as an array."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gan_lab.bounded import IrregularError, TooLargeError, read_file

# Read by Pillow's own decoders; some of the others start programs. PPM includes PGM and PBM.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "PPM", "GIF", "TIFF")
ENDINGS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".ppm", ".pgm", ".pbm", ".pnm",
    ".gif", ".tif", ".tiff",
)  # fmt: skip
BEGINNINGS = (b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"II*\0", b"MM\0*")
LARGEST_FILE_BYTES = 256 << 20
LARGEST_PIXELS = 89_478_485  # 1 GiB at 4 bytes for each of 3 channels, as in Pillow
MODES = {1: "L", 3: "RGB"}

# Pillow remarks on harmless oddities, and only warns of what is refused here.
warnings.filterwarnings("ignore", module=r"PIL\.")


class UnreadablePictureError(Exception):
    """A picture that cannot be used, for a reason of a few words, such as "truncated"."""


def read_picture(
    file: Path | bytes, *, formats: Sequence[str] = FORMATS, least: int | None = None
) -> Image.Image:
    """Read a whole picture, of an animation the first, and turn it upright.

    Args:
        file: a regular file, or the content of one.
        formats: by their names in Pillow; none but these are tried.
        least: height and width that will do; a larger JPEG is decoded at a fraction of its size.

    Raises:
        UnreadablePictureError: it is no such picture, damaged, or larger than it may be.
    """
    try:
        content = read_file(file, LARGEST_FILE_BYTES) if isinstance(file, Path) else file
    except OSError as error:
        raise UnreadablePictureError(_reason(error)) from error
    try:
        with Image.open(io.BytesIO(content), formats=tuple(formats)) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Image.DecompressionBombError
            if least is not None:
                picture.draft(None, (least, least))
            picture.load()
    except UnidentifiedImageError as error:
        raise UnreadablePictureError(_unidentified(content)) from error
    except Exception as error:  # Damaged pictures make Pillow fail in many ways.
        raise UnreadablePictureError(_reason(error)) from error
    return _upright(picture)


def decode(file: Path | bytes, size: tuple[int, int], channels: int) -> np.ndarray:
    """Return a picture as uint8 `(channels, *size)`, 0 to 255.

    Args:
        file: a regular file, or the content of one.
        size: height and width of the result in pixels.
        channels: 1 for gray, 3 for RGB.

    Raises:
        UnreadablePictureError: see `read_picture`.
    """
    return fitted(read_picture(file, least=2 * max(size)), size, channels)


def fitted(picture: Image.Image, size: tuple[int, int], channels: int) -> np.ndarray:
    """Scale with antialias until it covers `size`, crop the centre: `(channels, *size)`."""
    flat = _eight_bit(picture).convert(MODES[channels])
    pixels = np.asarray(ImageOps.fit(flat, size[::-1], Image.Resampling.LANCZOS))
    return pixels.reshape(*size, channels).transpose(2, 0, 1)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # Damaged notes of a camera; the picture itself is whole.
        return picture


def _unidentified(content: bytes) -> str:
    if not content:
        return "empty"
    return "damaged" if content.startswith(BEGINNINGS) else "of another format than its name says"


def _reason(error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return f"of more than {LARGEST_PIXELS:,} pixels"
    if isinstance(error, TooLargeError):
        return f"larger than {LARGEST_FILE_BYTES >> 20} MiB"
    if isinstance(error, IrregularError):
        return "no file"
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, PermissionError):
        return "not ours to read"
    return "truncated" if "truncated" in str(error).lower() else "damaged"


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
