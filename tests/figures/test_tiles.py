"""Tiles, looked at pixel by pixel."""

import numpy as np
import pytest

from gan_lab.figures.tiles import FRAME, GAP, MARGIN, SMALLEST_TILE, side_by_side, tiles

SIDE = 64  # large enough not to be enlarged


def coloured(rows, columns, channels=3, side=SIDE):
    """Return images of one colour each, all different."""
    levels = np.arange(10, 10 + rows * columns * channels, dtype=np.uint8)
    flat = levels.reshape(rows, columns, channels, 1, 1)
    return np.broadcast_to(flat, (rows, columns, channels, side, side))


def step():
    return SIDE + MARGIN


@pytest.mark.parametrize("channels", [1, 3])
def test_each_image_stands_in_its_row_and_column(channels):
    pixels = coloured(2, 3, channels)

    picture = np.asarray(tiles(pixels))

    for row in range(2):
        for column in range(3):
            y, x = MARGIN + row * step(), MARGIN + column * step()
            inside = picture[y : y + SIDE, x : x + SIDE]
            assert (inside == pixels[row, column, :, 0, 0]).all(), (row, column)
            assert (picture[y - 1, x : x + SIDE] == 255).all()


def test_columns_that_are_set_off_stand_behind_a_gap_in_a_frame():
    picture = np.asarray(tiles(coloured(1, 3), set_off=1))

    x = MARGIN + 2 * step() + GAP
    assert (picture[MARGIN, x] == coloured(1, 3)[0, 2, :, 0, 0]).all()
    assert (picture[MARGIN, x - 1] == FRAME).all()
    assert (picture[MARGIN, x - MARGIN - 1] == 255).all()


def test_small_images_are_enlarged_by_a_whole_factor():
    pixels = np.zeros((1, 1, 1, 28, 28), np.uint8)
    pixels[0, 0, 0, :, 14:] = 200

    picture = np.asarray(tiles(pixels))

    tile = picture[MARGIN:-MARGIN, MARGIN:-MARGIN]
    assert tile.shape == (SMALLEST_TILE, SMALLEST_TILE, 3)
    assert set(np.unique(tile[:, :28])) == {0}
    assert set(np.unique(tile[:, 28:])) == {200}


def ink(picture):
    """Return the rows and columns of the picture that have anything dark in them."""
    return np.nonzero((np.asarray(picture) < 100).all(axis=2))


def test_words_stand_above_and_below_the_images_that_they_are_of():
    white = np.full((2, 2, 1, SIDE, SIDE), 255, np.uint8)

    above = ink(tiles(white, headings=["", "here"]))
    below = ink(tiles(white, captions=[["", ""], ["here", ""]]))
    plain = ink(tiles(white))

    assert len(plain[0]) == 0
    assert above[0].max() < 20
    assert above[1].min() > step()
    assert below[0].min() > 2 * SIDE
    assert below[1].max() < step()


def test_pictures_stand_side_by_side():
    one, other = tiles(coloured(1, 1)), tiles(coloured(2, 1))

    both = side_by_side([one, other])

    assert both.size == (one.width + GAP + other.width, other.height)
    assert np.array_equal(np.asarray(both)[: one.height, : one.width], np.asarray(one))
    assert np.array_equal(np.asarray(both)[:, -other.width :], np.asarray(other))


def test_a_caption_wider_than_its_image_gets_a_wider_column():
    white = np.full((1, 2, 1, SIDE, SIDE), 255, np.uint8)

    picture = tiles(white, captions=[["a class of words 95%", "b"]])
    plain = tiles(white, captions=[["a", "b"]])

    columns = np.nonzero((np.asarray(picture) < 100).all(axis=2).any(axis=0))[0]
    assert picture.width > plain.width
    # Between the two texts there is room; they do not overprint each other.
    assert np.diff(columns).max() > SIDE // 2


def test_a_caption_has_no_line_breaks_and_ends_somewhere():
    white = np.full((1, 1, 1, SIDE, SIDE), 255, np.uint8)

    assert tiles(white, captions=[["one\ntwo"]]).size == tiles(white, captions=[["one two"]]).size
    assert tiles(white, captions=[["long " * 100]]).width < 200
