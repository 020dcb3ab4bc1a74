"""Brings one picture to a fixed shape: its colours and background, scaled and cropped."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageColor, ImageOps

from gan_lab import seeding
from gan_lab.data.pictures import may_be_deep, open_levels, open_picture

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
# As everywhere: data sets of another size than their own and feature extractors are scaled so.
SCALING = Image.Resampling.BILINEAR
# Bytes at the beginning of a file that tell whether it may be deep.
HEAD_BYTES = 32
NUMBERS_AT_ONCE = 1 << 20  # as floats, which take four times the memory and more
MOST = (1 << 32) - 1  # what whole numbers in floats are likely to reach
FAINT = 1 / 8  # floats that reach no further hardly differ from black
SMALLEST = 1e-30  # by which 255 can be divided


@dataclass(frozen=True)
class White:
    """Which numbers are black and white in pictures of more than 8 bits.

    Attributes:
        whole: the whole number that is white.
        least: the whole number that is black.
        low: the float that is black.
        high: the float that is white.
    """

    whole: int = 65_535
    least: int = 0
    low: float = 0.0
    high: float = 1.0


BY_TYPE = White()


class Fitted(NamedTuple):
    """A picture in its new shape, and what it was.

    Attributes:
        pixels: uint8 `(channels, height, width)`, 0 to 255.
        original: height, width and kind of the file's picture, such as "218x178 RGB JPEG".
    """

    pixels: np.ndarray
    original: str


@dataclass(frozen=True)
class Fitting:
    """How pictures are brought to one shape.

    Attributes:
        height: in pixels.
        width: in pixels.
        channels: 1 for gray, 3 for RGB, 4 for RGB and opacity.
        crop: center or random: scaled until it covers the size, then cut at the centre, or at a
            place drawn for each picture; none: scaled to the size, which changes proportions.
        background: what shows through with fewer than 4 channels, as red, green and blue.
        white: of pictures of more than 8 bits.
    """

    height: int
    width: int
    channels: int = 3
    crop: str = "center"
    background: tuple[int, int, int] = (255, 255, 255)
    white: White = BY_TYPE

    def decode(self, content: bytes, name: str = "") -> Fitted:
        """Return the picture in a file, brought to the shape.

        Args:
            content: of the file.
            name: tells pictures apart that are cut at random.

        Raises:
            UnreadablePictureError: see `open_picture`.
        """
        if may_be_deep(content[:HEAD_BYTES]):
            with open_levels(content) as levels:
                if levels is not None:
                    fitted = self.fit(Image.fromarray(eight_bits(levels, self.white)), name)
                    return fitted._replace(
                        original=f"{fitted.original} of {8 * levels.itemsize} bits"
                    )
        with open_picture(content, least=2 * max(self.height, self.width)) as picture:
            return self.fit(picture, name)

    def fit(self, picture: Image.Image, name: str = "") -> Fitted:
        """Return an opened picture as `decode` does."""
        if picture.mode.startswith(("I", "F")):
            picture = Image.fromarray(eight_bits(np.asarray(picture), BY_TYPE))
        flat = self._on_background(picture).convert(MODES[self.channels])
        size = (self.width, self.height)
        if self.crop == "none":
            scaled = flat.resize(size, SCALING)
        else:
            place = self._place(name) if self.crop == "random" else (0.5, 0.5)
            scaled = ImageOps.fit(flat, size, SCALING, centering=place)
        pixels = np.asarray(scaled).reshape(self.height, self.width, self.channels)
        return Fitted(pixels.transpose(2, 0, 1), _original(picture))

    def with_white(self, white: White) -> "Fitting":
        """Return the same with other numbers for black and white."""
        return replace(self, white=white)

    def _place(self, name: str) -> tuple[float, float]:
        high, low = divmod(seeding.key("data.crop", name), 1 << 32)
        return high / (1 << 31), low / (1 << 32)

    def _on_background(self, picture: Image.Image) -> Image.Image:
        if self.channels == 4 or not picture.has_transparency_data:
            return picture
        if picture.mode == "La":
            picture = picture.convert("LA")
        picture = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", picture.size, self.background), picture)


def _original(picture: Image.Image) -> str:
    width, height = picture.info.get("stored_size", picture.size)
    lossy = " JPEG" if picture.info.get("stored_format") == "JPEG" else ""
    return f"{height}x{width} {picture.info.get('stored_mode', picture.mode)}{lossy}"


def eight_bits(levels: np.ndarray, white: White) -> np.ndarray:
    """Return numbers of more than 8 bits as uint8, black at 0 and white at 255.

    The fourth of four channels is opacity, which always has all 16 bits.
    """
    found = np.empty(levels.shape, np.uint8)
    rows = max(1, NUMBERS_AT_ONCE // max(1, levels[0].size))
    for first in range(0, len(levels), rows):
        part = levels[first : first + rows]
        scaled = _scaled_floats(part, white) if part.dtype.kind == "f" else _scaled(part, white)
        found[first : first + rows] = np.rint(scaled).clip(0, 255)
    return found


def _scaled_floats(levels: np.ndarray, white: White) -> np.ndarray:
    inside = np.nan_to_num(levels.astype(np.float64)).clip(white.low, white.high)
    return (inside - white.low) * (255 / (white.high - white.low))


def _scaled(levels: np.ndarray, white: White) -> np.ndarray:
    black = np.full(levels.shape[-1] if levels.ndim == 3 else 1, white.least)
    scale = np.full(len(black), 255 / (white.whole - white.least))
    black[3:], scale[3:] = 0, 255 / 65_535
    return (levels - black) * scale


@dataclass
class Extent:
    """The smallest and largest numbers of pictures of more than 8 bits, as far as they are seen."""

    whole: int = 0
    least: int = 0
    low: float = math.inf
    high: float = -math.inf

    def see(self, levels: np.ndarray) -> None:
        """Take in the numbers of one picture."""
        colours = levels[..., :3] if levels.ndim == 3 else levels
        if levels.dtype.kind != "f":
            self.whole = max(self.whole, int(colours.max()))
            self.least = min(self.least, int(colours.min()))
            return
        finite = np.isfinite(colours)
        self.low = min(self.low, float(colours.min(where=finite, initial=math.inf)))
        self.high = max(self.high, float(colours.max(where=finite, initial=-math.inf)))

    def add(self, other: "Extent") -> None:
        """Take in what another has seen."""
        self.whole, self.least = max(self.whole, other.whole), min(self.least, other.least)
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)

    def white(self) -> White:
        """Return as white the largest number of as few bits as hold all.

        Of floats up to 1 it is 1, unless all are so small that nothing would be seen: 12 bits kept
        in 16 are 1/16 at most. Where there are negative numbers, the smallest is black and the
        largest white, or -1 and 1 for floats.
        """
        whole = (1 << max(8, self.whole.bit_length())) - 1
        if self.least < 0:
            whole = max(self.whole, self.least + 1)
        return White(whole, self.least, *self._floats())

    def _floats(self) -> tuple[float, float]:
        """Return black and white."""
        low, high = self.low, self.high
        if low > high or low == high == 0:  # none was seen, or nothing but black
            return 0.0, 1.0
        if low < 0:
            inside = low >= -1 and high <= 1
            return (-1.0, 1.0) if inside else (low, high if high > low else low + 1)
        if high <= FAINT:
            return 0.0, max(2.0 ** math.ceil(math.log2(high)), SMALLEST)
        if high <= 1:
            return 0.0, 1.0
        return 0.0, high if high > MOST else float((1 << max(8, math.ceil(high).bit_length())) - 1)

    def __str__(self) -> str:
        """Say what was seen and what it is taken for."""
        white, said = self.white(), []
        if self.least < 0:
            said.append(
                f"whole numbers from {self.least:,} to {self.whole:,}, black is {white.least:,} "
                f"and white {white.whole:,}"
            )
        elif self.whole:
            said.append(f"whole numbers up to {self.whole:,}, white is {white.whole:,}")
        if self.low <= self.high:
            said.append(
                f"numbers from {self.low:g} to {self.high:g}, black is {white.low:g} and white "
                f"{white.high:g}"
            )
        return "; ".join(said)


def colour_of(word: str) -> tuple[int, int, int]:
    """Return red, green and blue of a word or of #rrggbb.

    Raises:
        ValueError: it is no colour.
    """
    return ImageColor.getrgb(word)[:3]
