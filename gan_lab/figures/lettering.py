"""Letters of any script in pictures, as far as the machine has a font for them.

A page leaves letters to its browser. A picture needs one font that has all letters of a text;
matplotlib's own has Latin, Greek, Cyrillic and Arabic ones.
"""

import functools
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.font_manager import findSystemFonts
from matplotlib.ft2font import FT2Font
from PIL import ImageFont

OWN = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
MORE = "\N{HORIZONTAL ELLIPSIS}"
UNSEEN = ("Cc", "Cf", "Mn", "Zl", "Zp", "Zs")  # kinds of characters that need no glyph


def font_for(text: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font that has the letters of the text, if the machine has one."""
    if text.isascii():
        return ImageFont.load_default(size)
    return ImageFont.truetype(_file_for(text, size) or OWN, size)


def named(names: Sequence[str], size: int = 12) -> list[str]:
    """Return what pictures can call each of these: its name, or its number if no font has it."""
    lines = [one_line(name) for name in names]
    return [
        name if name and _file_for(name, size) else f"class {place}"
        for place, name in enumerate(lines)
    ]


def one_line(text: str) -> str:
    """Return the text without line breaks and other characters that control a device."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fitted(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """Return the text, without letters of its middle if it is wider than `width` pixels."""
    if font.getlength(text) <= width:
        return text
    end = text[-5:]  # tells how sure a classifier is
    kept = len(text) - len(end)
    while kept > 0 and font.getlength(text[:kept] + MORE + end) > width:
        kept -= 1
    return text[:kept].rstrip() + MORE + end


def columns(text: str) -> int:
    """Return how many columns of Latin letters the text is wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text: str, most: int) -> str:
    """Return as much of the text as is no wider than `most` columns."""
    text = one_line(text)
    if columns(text) <= most:
        return text
    while columns(text) >= most:
        text = text[:-1]
    return text.rstrip() + MORE


def ending(text: str, most: int = 26) -> str:
    """Return the end of a long path or key: it is what tells one from another."""
    return text if len(text) <= most else MORE + text[1 - most :]


@functools.lru_cache(4096)
def _file_for(text: str, size: int) -> str | None:
    letters = frozenset(ord(c) for c in text if unicodedata.category(c) not in UNSEEN)
    return next((file for file in _files() if _has(file, letters, size)), None)


@functools.cache
def _files() -> tuple[str, ...]:
    """Return the machine's fonts, plain ones first."""

    def rank(file: str) -> tuple[bool, bool, str]:
        name = Path(file).name.lower()
        return "regular" not in name, "sans" not in name, name

    return (OWN, *sorted(findSystemFonts(), key=rank))


def _has(file: str, letters: frozenset[int], size: int) -> bool:
    if not letters <= _letters_of(file):
        return False
    try:
        ImageFont.truetype(file, size)
    except OSError:  # letters that are pictures, of one size only
        return False
    return True


@functools.cache
def _letters_of(file: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(file).get_charmap())
    except (OSError, RuntimeError):  # damaged, or of a format that is not known here
        return frozenset()
