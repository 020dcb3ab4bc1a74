"""Images in rows and columns, with words around them."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from gan_lab.figures.colours import rgb
from gan_lab.figures.lettering import fitted, font_for, one_line

MARGIN = 4
GAP = 24  # in front of columns that are set off
LINE = 18  # height of a line of words
LETTERS = 12  # pixels high
WIDEST = 130  # pixels of a text
SMALLEST_TILE = 56
GROUND, FRAME, INK = (255, 255, 255), (230, 159, 0), (0, 0, 0)


def tiles(
    pixels_RKCHW: np.ndarray,
    *,
    headings: Sequence[str] = (),
    captions: Sequence[Sequence[str]] = (),
    set_off: int = 0,
) -> Image.Image:
    """Return R rows of K images, enlarged by whole factors if they are small.

    Args:
        pixels_RKCHW: uint8, 1, 3 or 4 channels.
        headings: above each column, or above none.
        captions: below each image of each row, or below none.
        set_off: so many columns on the right stand apart, in a frame.
    """
    rows, columns, _, height, width = pixels_RKCHW.shape
    coloured = rgb(pixels_RKCHW).transpose(0, 1, 3, 4, 2)
    factor = max(1, -(-SMALLEST_TILE // min(height, width)))
    height, width = height * factor, width * factor
    room = max([width, *(_width_of(text) for row in [headings, *captions] for text in row)])
    top = LINE if headings else 0
    row_height = height + MARGIN + (LINE if captions else 0)
    lefts = [
        MARGIN + column * (room + MARGIN) + (GAP if column >= columns - set_off else 0)
        for column in range(columns)
    ]
    tops = [top + MARGIN + row * row_height for row in range(rows)]
    size = (lefts[-1] + room + MARGIN, tops[-1] + row_height)
    canvas = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(canvas)
    if set_off:
        corner = lefts[columns - set_off] - MARGIN
        draw.rectangle((corner, top, size[0] - 1, size[1] - 1), FRAME)
    for row, y in enumerate(tops):
        for column, x in enumerate(lefts):
            tile = Image.fromarray(coloured[row, column])
            tile = tile.resize((width, height), Image.Resampling.NEAREST)
            canvas.paste(tile, (x + (room - width) // 2, y))
            if captions:
                _write(draw, (x + room / 2, y + height + 2), captions[row][column])
    for column, heading in enumerate(headings):
        _write(draw, (lefts[column] + room / 2, 3), heading)
    return canvas


def _width_of(text: str) -> int:
    """Return the pixels that a text gets."""
    return min(math.ceil(font_for(one_line(text), LETTERS).getlength(one_line(text))), WIDEST)


def _write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str) -> None:
    """Write the text below its place."""
    text = one_line(text)
    font = font_for(text, LETTERS)
    draw.text(place, fitted(text, font, WIDEST), INK, font, anchor="mt")


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return the pictures from left to right, their upper edges level."""
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    canvas = Image.new("RGB", (width, max(picture.height for picture in pictures)), GROUND)
    x = 0
    for picture in pictures:
        canvas.paste(picture, (x, 0))
        x += picture.width + GAP
    return canvas
