"""The scatter plot, looked at as a person would: where it is dark, and where it is red."""

import matplotlib as mpl
import numpy as np
import pytest

from gan_lab.figures.points import scatter

CENTRES = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])


def dark(picture):
    return (np.asarray(picture).max(axis=2) < 60).sum()


def red(picture):
    pixels = np.asarray(picture).astype(int)
    return (pixels[:, :, 0] > 150) & (pixels[:, :, 1] < 120) & (pixels[:, :, 2] < 120)


def many(x, y):
    return np.full((200, 2), (x, y))


def test_it_is_an_rgb_picture_of_one_size():
    picture = scatter(many(0, 0), CENTRES, 0.05)

    assert (picture.mode, picture.size) == ("RGB", (600, 600))


def test_points_are_dark_spots_where_they_belong():
    left, right = (
        np.asarray(scatter(many(x, 0.5), CENTRES, 0.05)).max(axis=2) for x in (-0.5, 0.5)
    )

    changed = np.argwhere(left != right)
    columns = changed[:, 1]
    assert len(changed) > 0
    assert columns.min() < 300 < columns.max()
    assert changed[:, 0].max() < 300  # the upper half


def test_each_mode_has_a_circle_of_three_deviations():
    rings = red(scatter(many(0, 0), CENTRES, 0.1))

    rows, columns = np.nonzero(rings)
    assert rings.any()
    # The picture shows 3 units; the circles span 2 + 2 * 0.3 of them.
    height, width = np.ptp(rows), np.ptp(columns)
    assert height == width or abs(height - width) <= 2
    smaller = np.nonzero(red(scatter(many(0, 0), CENTRES, 0.05)))[1]
    assert width / np.ptp(smaller) == pytest.approx(2.6 / 2.3, rel=0.02)


def test_the_frame_does_not_move_with_the_points():
    near, far = (red(scatter(many(x, 0), CENTRES, 0.1)) for x in (0.0, 1.4))

    assert (near == far).mean() > 0.999


def test_points_outside_the_frame_are_counted_and_not_drawn():
    inside, outside = (scatter(many(x, 0), CENTRES, 0.05) for x in (0.0, 99.0))

    below = slice(560, None)
    assert np.any(np.asarray(inside)[below] != np.asarray(outside)[below])


def test_points_that_are_no_numbers_do_no_harm():
    scatter(np.array([[np.nan, 0.0], [np.inf, 1.0], [0.5, 0.5]]), CENTRES, 0.05)


def test_no_figure_is_left_open_in_the_process():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = (pyplot.get_fignums(), mpl.get_backend())

    scatter(many(0, 0), CENTRES, 0.05, title="iteration 500")

    assert (pyplot.get_fignums(), mpl.get_backend()) == before


def test_a_title_stands_above_the_frame():
    without, with_title = (scatter(many(0, 0), CENTRES, 0.05, title) for title in (None, "500"))

    assert dark(with_title) > dark(without)
