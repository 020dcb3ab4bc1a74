"""Many images in one picture."""

import math

import numpy as np
from PIL import Image

MARGIN = 2
SMALLEST_SIDE = 500


def image_grid(pixels_NCHW: np.ndarray, columns: int | None = None) -> Image.Image:
    """Return the images row by row on a gray ground, enlarged by whole factors if they are small.

    Args:
        pixels_NCHW: uint8, 1 or 3 channels.
        columns: images per row; None makes the grid as square as it can be.
    """
    n, _, height, width = pixels_NCHW.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = math.ceil(n / columns)
    canvas = np.full(
        (rows * (height + MARGIN) + MARGIN, columns * (width + MARGIN) + MARGIN, 3), 128, np.uint8
    )
    for index, image_CHW in enumerate(pixels_NCHW):
        top = MARGIN + (index // columns) * (height + MARGIN)
        left = MARGIN + (index % columns) * (width + MARGIN)
        # A gray image is spread over the three channels of the canvas.
        canvas[top : top + height, left : left + width] = image_CHW.transpose(1, 2, 0)
    factor = max(1, math.ceil(SMALLEST_SIDE / max(canvas.shape[:2])))
    picture = Image.fromarray(canvas)
    return picture.resize(
        (picture.width * factor, picture.height * factor), Image.Resampling.NEAREST
    )
