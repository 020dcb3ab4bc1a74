"""The ground of every chart."""

import matplotlib
import pytest

from gan_lab.figures.canvas import HEIGHT, LEGEND_LINE, WIDTH, chart_axes, thinned


def test_a_further_line_of_legend_makes_the_figure_higher_and_leaves_the_axes_as_they_are():
    found = []
    for lines in (1, 3):
        with chart_axes(legend_lines=lines) as (figure, axes):
            width, height = figure.get_size_inches() * 72
            found.append((width, height, axes.get_position().height * height))

    (width, one, axes_one), (_, three, axes_three) = found
    assert (width, one) == pytest.approx((WIDTH, HEIGHT))
    assert three == pytest.approx(one + 2 * LEGEND_LINE)
    assert axes_three == pytest.approx(axes_one)


def test_what_is_set_for_a_chart_ends_with_it():
    before = dict(matplotlib.rcParams)
    with chart_axes():
        assert dict(matplotlib.rcParams) != before

    assert dict(matplotlib.rcParams) == before


def test_places_are_thinned_evenly_with_their_labels():
    assert thinned(range(7), "abcdefg", 3) == ([0, 3, 6], ["a", "d", "g"])
    assert thinned([4, 5], ["x", "y"], 3) == ([4, 5], ["x", "y"])
