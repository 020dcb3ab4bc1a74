"""Rows of images below their texts."""

import numpy as np

from gan_lab.figures.grids import image_grid
from gan_lab.figures.text_rows import text_rows
from gan_lab.figures.tiles import LINE, MARGIN

PIXELS = np.arange(6, dtype=np.uint8).repeat(64).reshape(6, 1, 8, 8) * 40


def test_each_row_has_its_text_above_it_and_its_images_in_order():
    picture = np.asarray(text_rows(PIXELS, ["a red one", ""]))
    row = np.asarray(image_grid(PIXELS[3:], 3))

    height = LINE + len(row) + MARGIN
    assert picture.shape[:2] == (2 * height, row.shape[1])
    assert np.array_equal(picture[height + LINE :][: len(row)], row)
    assert (picture[:LINE] < 128).any()
    assert (picture[height:][:LINE] == 255).all()


def test_a_text_that_is_too_long_is_cut():
    picture = text_rows(PIXELS, ["one " * 500])

    assert picture.width == image_grid(PIXELS, 6).width
