"""The pictures of the exploring tasks: which image stands where."""

import numpy as np
import pytest
from PIL import Image

from gan_lab.figures.exploring import (
    arithmetic,
    between_real,
    inversion_curves,
    inverted,
    samples_and_nearest,
)
from gan_lab.figures.tiles import GAP, LINE, MARGIN

SIDE = 64  # large enough not to be enlarged


def flat(*levels):
    """Return one gray image per level."""
    shape = (len(levels), 1, SIDE, SIDE)
    return np.broadcast_to(np.array(levels, np.uint8).reshape(-1, 1, 1, 1), shape)


def levels(picture, rows, columns, top=0, left=0, captions=LINE):
    """Return the gray in the middle of each tile."""
    pixels = np.asarray(picture)[:, :, 0]
    ys = top + MARGIN + np.arange(rows) * (SIDE + MARGIN + captions) + SIDE // 2
    xs = left + MARGIN + np.arange(columns) * (SIDE + MARGIN) + SIDE // 2
    return pixels[np.ix_(ys, xs)].tolist()


def test_the_nearest_image_stands_behind_the_row_of_its_sample():
    samples = flat(10, 20, 30, 40).reshape(2, 2, 1, SIDE, SIDE)

    picture = samples_and_nearest(samples, flat(50, 60), [1.0, 2.0])

    assert levels(picture, 2, 2, top=LINE) == [[10, 20], [30, 40]]
    behind = 2 * (SIDE + MARGIN) + GAP
    assert levels(picture, 2, 1, top=LINE, left=behind) == [[50], [60]]


def test_the_difference_of_a_real_and_an_inverted_image_does_not_wrap_around():
    picture = inverted(flat(10, 200), flat(50, 80), [0.1, 0.2])

    assert levels(picture, 3, 2) == [[10, 200], [50, 80], [40, 120]]


def test_a_path_has_the_real_images_at_its_ends():
    picture = between_real(flat(10)[0], flat(20, 30, 40), flat(50)[0])

    assert levels(picture, 1, 5, top=LINE, captions=0) == [[10, 20, 30, 40, 50]]


def test_the_curves_show_every_restart_and_the_level_of_random_latents():
    errors = np.geomspace(1, 0.01, 5)[:, None, None] * np.array([[1.0, 2.0, 4.0]] * 2)

    picture = inversion_curves(errors, np.array([0.3, 0.3]), 10)

    assert isinstance(picture, Image.Image)
    for changed in (
        inversion_curves(errors[:, :, :2], np.array([0.3, 0.3]), 10),
        inversion_curves(errors, np.array([0.5, 0.5]), 10),
        inversion_curves(errors, np.array([0.3, 0.3]), 20),
    ):
        assert np.any(np.asarray(changed) != np.asarray(picture))


@pytest.mark.parametrize("words", [(), [["one", "two"]]])
def test_a_concept_is_a_row_with_its_mean_and_the_result_stands_on_the_right(words):
    concepts = [flat(10, 20), flat(30), flat(40, 50)]
    result = flat(70, 80).reshape(1, 2, 1, SIDE, SIDE)

    picture = arithmetic(concepts, flat(61, 62, 63), ["a", "- b", "+ c"], result, words)

    assert levels(picture, 3, 2, top=LINE) == [[10, 20], [30, 255], [40, 50]]
    means = 2 * (SIDE + MARGIN) + GAP
    assert levels(picture, 3, 1, top=LINE, left=means) == [[61], [62], [63]]
    right = picture.width - (2 * (SIDE + MARGIN) + MARGIN)
    assert levels(picture, 1, 2, left=right) == [[70, 80]]
