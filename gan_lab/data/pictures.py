"""Picture files: the one place that lets Pillow read them, and what it has to know beforehand."""

import io
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gan_lab.safe_reading import IrregularError, TooLargeError, read_file

# Read by Pillow's own decoders; some of the others start programs. PPM includes PGM and PBM.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "PPM", "GIF", "TIFF")
ENDINGS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".ppm", ".pgm", ".pbm", ".pnm",
    ".gif", ".tif", ".tiff",
)  # fmt: skip
BEGINNINGS = (b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"II*\0", b"MM\0*")
LARGEST_FILE_BYTES = 256 << 20
LARGEST_PIXELS = 89_478_485  # as in Pillow
# Of larger ones, which take a gigabyte while they are brought to size, one at a time is unpacked.
MANY_PIXELS = 1 << 24
# How Pillow unpacks 16 bits per channel: it keeps the upper 8, and with the other the lower 8.
UPPER_AND_LOWER = {
    f"{mode};16{order}": f"{mode};16{'L' if order == 'B' else 'B'}"
    for mode in ("RGB", "RGBA")
    for order in "BLN"
}

_ONE_AT_A_TIME = threading.RLock()

# Pillow remarks on harmless oddities, and only warns of what is refused here.
warnings.filterwarnings("ignore", module=r"PIL\.")


class UnreadablePictureError(Exception):
    """A picture that cannot be used, for a reason of a few words, such as "truncated"."""


@contextmanager
def open_picture(
    content: bytes, *, formats: Sequence[str] = FORMATS, least: int | None = None
) -> Iterator[Image.Image]:
    """Unpack a whole picture, of an animation the first, upright, for as long as the body works.

    Its `info` has the `stored_size` (width and height), `stored_mode` and `stored_format` that the
    file has.

    Args:
        content: of a file.
        formats: by their names in Pillow; none but these are tried.
        least: height and width that will do; a larger JPEG is decoded at a fraction of its size.

    Raises:
        UnreadablePictureError: it is no such picture, damaged, or larger than it may be; or the
            body meets what it cannot use.
    """
    with _in_words(content), _loaded(content, formats, least) as picture:
        yield _upright(picture)


def read_picture(file: Path, *, formats: Sequence[str] = FORMATS) -> Image.Image:
    """Return a whole picture; see `open_picture`."""
    with open_picture(read_content(file), formats=formats) as picture:
        return picture


def read_content(file: Path) -> bytes:
    """Return the content of a regular file that is not too large for a picture.

    Raises:
        UnreadablePictureError: it is missing, too large, or may not be read.
    """
    try:
        return read_file(file, LARGEST_FILE_BYTES)
    except OSError as error:
        raise UnreadablePictureError(why_unreadable(error)) from error


def may_be_deep(first_bytes: bytes) -> bool:
    """Return whether a picture that begins so can have more than 8 bits per channel.

    PGM and PPM files are left out: these say themselves which number is white.
    """
    if first_bytes.startswith(BEGINNINGS[0]):
        return first_bytes[24:25] == b"\x10"  # bits per channel
    return first_bytes.startswith(BEGINNINGS[-2:])


@contextmanager
def open_levels(content: bytes) -> Iterator[np.ndarray | None]:
    """Unpack a picture of more than 8 bits per channel as it is stored, upright.

    Yields whole numbers or floats, `(H, W)` or `(H, W, 3)`, or `(H, W, 4)` with 16 bits of opacity;
    None where 8 bits hold everything.

    Raises:
        UnreadablePictureError: see `open_picture`.
    """
    with _in_words(content), _loaded(content, FORMATS) as picture:
        lower_mode = UPPER_AND_LOWER.get(picture.info.get("raw_mode"))
        levels = np.asarray(_upright(picture))
        if picture.mode.startswith(("I", "F")):
            yield levels
        elif lower_mode is None:
            yield None
        else:
            levels = levels.astype(np.uint16)
            levels <<= 8
            with _loaded(content, FORMATS, raw_mode=lower_mode) as lower:
                levels |= np.asarray(_upright(lower))
            yield levels


@contextmanager
def _loaded(
    content: bytes, formats: Sequence[str], least: int | None = None, raw_mode: str | None = None
) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(content), formats=tuple(formats)) as picture:
        pixels = picture.width * picture.height
        picture.info |= {"stored_size": picture.size, "stored_format": picture.format}
        if pixels > LARGEST_PIXELS:
            raise Image.DecompressionBombError
        if least is not None:
            picture.draft(None, (least, least))
        picture.info |= {"raw_mode": _raw_mode(picture), "stored_mode": picture.mode}
        if raw_mode is not None:
            picture.tile = [_with_raw_mode(tile, raw_mode) for tile in picture.tile]
        with _ONE_AT_A_TIME if pixels > MANY_PIXELS else nullcontext():
            picture.load()
            yield picture


def _raw_mode(picture: Image.Image) -> str:
    arguments = picture.tile[0].args if picture.tile else ""
    return arguments if isinstance(arguments, str) else str(arguments[0])


def _with_raw_mode(tile: tuple, raw_mode: str) -> tuple:
    arguments = raw_mode if isinstance(tile.args, str) else (raw_mode, *tile.args[1:])
    return tile._replace(args=arguments)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # Damaged notes of a camera; the picture itself is whole.
        return picture


@contextmanager
def _in_words(content: bytes) -> Iterator[None]:
    try:
        yield
    except UnreadablePictureError:
        raise
    except UnidentifiedImageError as error:
        raise UnreadablePictureError(_unidentified(content)) from error
    except Exception as error:  # Damaged pictures make Pillow fail in many ways.
        raise UnreadablePictureError(why_unreadable(error)) from error


def _unidentified(content: bytes) -> str:
    if not content:
        return "empty"
    return "damaged" if content.startswith(BEGINNINGS) else "of another format than its name says"


def why_unreadable(error: Exception) -> str:
    """Return the reason that an error stands for, in words that many pictures may share."""
    if isinstance(error, Image.DecompressionBombError):
        return f"of more than {LARGEST_PIXELS:,} pixels"
    if isinstance(error, TooLargeError):
        return f"larger than {LARGEST_FILE_BYTES >> 20} MiB"
    if isinstance(error, IrregularError):
        return "not files"
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, PermissionError):
        return "without read permission"
    if isinstance(error, MemoryError):
        return "too large for the memory"
    return "truncated" if "truncated" in str(error).lower() else "damaged"
