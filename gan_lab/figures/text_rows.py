"""Images in rows, with a text above each row."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from gan_lab.figures.grids import image_grid
from gan_lab.figures.lettering import fitted, font_for, one_line
from gan_lab.figures.tiles import GROUND, INK, LETTERS, LINE, MARGIN


def text_rows(pixels_NCHW: np.ndarray, texts: Sequence[str]) -> Image.Image:
    """Return the images in as many rows as there are texts.

    Args:
        pixels_NCHW: uint8, row after row, 1, 3 or 4 channels.
        texts: above each row; what is too long for it is cut.
    """
    columns = len(pixels_NCHW) // len(texts)
    rows = [
        image_grid(pixels_NCHW[row * columns : (row + 1) * columns], columns)
        for row in range(len(texts))
    ]
    width, height = rows[0].size
    canvas = Image.new("RGB", (width, len(rows) * (LINE + height + MARGIN)), GROUND)
    draw = ImageDraw.Draw(canvas)
    for number, (row, text) in enumerate(zip(rows, map(one_line, texts), strict=True)):
        top = number * (LINE + height + MARGIN)
        font = font_for(text, LETTERS)
        draw.text((MARGIN, top + 3), fitted(text, font, width - 2 * MARGIN), INK, font)
        canvas.paste(row, (0, top + LINE))
    return canvas
