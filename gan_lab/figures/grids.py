"""Images as pictures, one by one or many in one."""

import math

import numpy as np
from PIL import Image

from gan_lab.figures.colours import rgb

MARGIN = 2
SMALLEST_SIDE = 500


def single(pixels_CHW: np.ndarray) -> Image.Image:
    """Return an image, uint8 of 1, 3 or 4 channels, as it is."""
    gray = len(pixels_CHW) == 1
    return Image.fromarray(pixels_CHW[0] if gray else pixels_CHW.transpose(1, 2, 0))


def image_grid(pixels_NCHW: np.ndarray, columns: int | None = None) -> Image.Image:
    """Return the images row by row on a gray ground, enlarged by whole factors if they are small.

    Args:
        pixels_NCHW: uint8, 1, 3 or 4 channels.
        columns: images per row; None makes the grid as square as it can be.
    """
    n, _, height, width = pixels_NCHW.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = math.ceil(n / columns)
    canvas = np.full(
        (rows * (height + MARGIN) + MARGIN, columns * (width + MARGIN) + MARGIN, 3), 128, np.uint8
    )
    for index, image_HWC in enumerate(rgb(pixels_NCHW).transpose(0, 2, 3, 1)):
        top = MARGIN + (index // columns) * (height + MARGIN)
        left = MARGIN + (index % columns) * (width + MARGIN)
        canvas[top : top + height, left : left + width] = image_HWC
    factor = max(1, math.ceil(SMALLEST_SIDE / max(canvas.shape[:2])))
    picture = Image.fromarray(canvas)
    return picture.resize(
        (picture.width * factor, picture.height * factor), Image.Resampling.NEAREST
    )
