"""Grids of images, pixel by pixel."""

import numpy as np
import pytest

from gan_lab.figures.grids import MARGIN, SMALLEST_SIDE, image_grid

GROUND = 128


def random_images(n, channels, height, width):
    return np.random.default_rng(0).integers(0, 256, (n, channels, height, width), dtype=np.uint8)


def expected_picture(images, columns):
    """Colour every pixel of the grid by itself, before any enlargement."""
    n, _, height, width = images.shape
    rows = -(-n // columns)
    tall, wide = rows * (height + MARGIN) + MARGIN, columns * (width + MARGIN) + MARGIN
    picture = np.empty((tall, wide, 3), np.uint8)
    for y in range(tall):
        for x in range(wide):
            row, inner_y = divmod(y - MARGIN, height + MARGIN)
            column, inner_x = divmod(x - MARGIN, width + MARGIN)
            index = row * columns + column
            inside = y >= MARGIN and x >= MARGIN and inner_y < height and inner_x < width
            if inside and index < n:
                picture[y, x] = images[index, :, inner_y, inner_x]
            else:
                picture[y, x] = GROUND
    return picture


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("n", "columns"), [(1, 1), (6, 3), (5, 2), (4, 4), (3, 1)])
def test_images_stand_row_by_row_between_gray_margins(n, columns, channels):
    images = random_images(n, channels, 5, 4)

    picture = np.asarray(image_grid(images, columns))

    expected = expected_picture(images, columns)
    factor = picture.shape[0] // expected.shape[0]
    assert np.array_equal(picture, expected.repeat(factor, 0).repeat(factor, 1))


@pytest.mark.parametrize(
    ("n", "columns"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4), (64, 8)]
)
def test_without_columns_the_grid_is_as_square_as_it_can_be(n, columns):
    images = random_images(n, 1, 4, 4)

    assert np.array_equal(image_grid(images), image_grid(images, columns))


def test_small_pictures_are_enlarged_by_the_smallest_whole_factor_that_is_enough():
    images = random_images(4, 1, 28, 28)
    side = 2 * (28 + MARGIN) + MARGIN

    picture = image_grid(images)

    factor = picture.width // side
    assert picture.size == (factor * side, factor * side)
    assert (factor - 1) * side < SMALLEST_SIDE <= factor * side


def test_large_pictures_keep_their_size():
    images = random_images(1, 3, 300, 600)

    picture = image_grid(images)

    assert picture.size == (600 + 2 * MARGIN, 300 + 2 * MARGIN)


def test_gray_images_become_equal_red_green_and_blue():
    gray = random_images(4, 1, 6, 6)

    assert np.array_equal(image_grid(gray), image_grid(gray.repeat(3, axis=1)))


def test_the_arrays_given_are_not_changed():
    images = random_images(4, 3, 6, 6)
    before = images.copy()

    image_grid(images)

    assert np.array_equal(images, before)
