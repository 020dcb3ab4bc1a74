"""What each of several variables does to images: a block of rows for each, side by side.

Shape legend: V = values, K = images of one value, C, H, W = image.
"""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

from gan_lab.figures.grids import image_grid
from gan_lab.figures.lettering import fitted, font_for, one_line
from gan_lab.figures.tiles import GROUND, INK, LETTERS, LINE, side_by_side


def traversals(pixels: Mapping[str, np.ndarray]) -> Image.Image:
    """Return a block per variable, its name above it.

    Args:
        pixels: uint8 `(V, K, C, H, W)` by the names of variables; each value becomes a row.
    """
    return side_by_side([_block(name, each) for name, each in pixels.items()])


def _block(name: str, pixels_VKCHW: np.ndarray) -> Image.Image:
    columns = pixels_VKCHW.shape[1]
    grid = image_grid(pixels_VKCHW.reshape(-1, *pixels_VKCHW.shape[2:]), columns)
    canvas = Image.new("RGB", (grid.width, grid.height + LINE), GROUND)
    canvas.paste(grid, (0, LINE))
    text = one_line(name)
    font = font_for(text, LETTERS)
    shown = fitted(text, font, grid.width)
    ImageDraw.Draw(canvas).text((grid.width / 2, 3), shown, INK, font, anchor="mt")
    return canvas
