"""Lines of a chart: what is given to them is in them, at its place."""

import re

import numpy as np
import pytest

from gan_lab.figures.line_chart import MOST_POINTS, Chart, Line, line_chart, short
from tests.figures.svg_parts import path_of, places, texts


def test_lines_are_drawn_where_their_numbers_are_and_named():
    line = Line("generator", [100, 200, 300], [1.0, 3.0, 2.0], colour=4, group="9")

    svg = line_chart(Chart("one", "Loss", [line], {"equilibrium 0.7": (0.7, None)}, unit="nats"))

    points = path_of(svg, "9")
    assert np.allclose(np.diff(points[:, 0]), np.diff(points[:, 0])[0], atol=0.02)  # of a pixel
    heights = points[:, 1]
    assert np.isclose((heights[0] - heights[2]) * 2, heights[0] - heights[1], rtol=1e-3)
    assert {"generator", "iteration", "nats", "equilibrium 0.7", "200"} <= set(texts(svg))
    assert "var(--series-4)" in svg


def test_a_logarithmic_scale_makes_equal_factors_equal_steps():
    line = Line("", [1, 2, 3], [1.0, 10.0, 100.0], colour=0, group="0")

    svg = line_chart(Chart("one", "Norms", [line], logarithmic=True))

    assert np.isclose(*np.diff(path_of(svg, "0")[:, 1]), rtol=1e-3)
    assert {"1", "10", "100"} <= set(texts(svg))


def test_nothing_above_0_leaves_the_scale_linear_and_a_single_0_leaves_a_gap():
    zeros = Line("", [1, 2, 3], [0.0, 0.0, 0.0], colour=0, group="0")
    some = Line("", [1, 2, 3, 4], [1.0, 0.0, 10.0, 100.0], colour=0, group="0")

    assert "0" in texts(line_chart(Chart("one", "Norms", [zeros], logarithmic=True)))
    svg = line_chart(Chart("one", "Norms", [some], logarithmic=True))

    assert {"1", "10", "100"} <= set(texts(svg))
    assert len(path_of(svg, "0")) == 3


def test_numbers_at_an_axis_are_short_and_never_stand_apart_from_their_exponent():
    numbers = [0, 0.25, -40000, 1000, 1.38625, 0.00002, -0.00025, 1e14, -2.5e14]
    says = ["0", "0.25", "-40000", "1000", "1.38625", "2e-5", "-2.5e-4", "1e14", "-2.5e14"]
    assert [short(number) for number in numbers] == says

    svg = line_chart(Chart("one", "Loss", [Line("", [1, 2], [0.0, 2e14], colour=0)]))

    assert "2e14" in texts(svg)
    assert "1e14" in texts(svg)


def test_a_line_that_hardly_moves_does_not_fill_the_chart_with_rounding_errors():
    line = Line("", [1, 2, 3], [0.4301371, 0.4301370, 0.4301370], colour=0, group="0")

    svg = line_chart(Chart("one", "Distance", [line]))

    at_the_axis = [text for text in texts(svg) if (text or "").startswith("0.4")]
    assert len(at_the_axis) == len(set(at_the_axis)) > 2
    assert np.ptp(path_of(svg, "0")[:, 1]) < 1


def test_levels_are_named_above_the_lines_and_not_on_them():
    levels = {f"equilibrium {n}": (0.25 + 0.01 * n, n) for n in range(4)}
    lines = [Line(f"line {n}", [1, 2], [0.0, 9.0], colour=n) for n in range(3)]

    found, top = places(line_chart(Chart("one", "Loss", lines, levels)))

    named = [at for text, at in found.items() if text.startswith(("equi", "line"))]
    assert len(named) == 7
    assert all(y < top for _, y in named)
    assert len(set(named)) == 7


def test_a_legend_that_does_not_fit_into_one_line_takes_more():
    few = [Line("d", [1, 2], [0.0, 9.0], colour=0)]
    many = [Line("a name of many letters", [1, 2], [0.0, 9.0], colour=n) for n in range(5)]

    short_one, long_one = (line_chart(Chart("one", "Loss", lines)) for lines in (few, many))

    height = [float(re.search(r'viewBox="[\d.]+ [\d.]+ [\d.]+ ([\d.]+)', s)[1])
              for s in (short_one, long_one)]  # fmt: skip
    assert height[1] - height[0] == pytest.approx(2 * 17, abs=1)


@pytest.mark.parametrize("x", [[1000], [1000, 2000], [1000, 2000, 3000, 4000]])
def test_ticks_stand_where_something_was_logged(x):
    svg = line_chart(Chart("one", "t", [Line("", x, [1.0] * len(x), colour=0)]))

    numbers = [text for text in texts(svg) if "," in text]
    assert numbers == [f"{place:,}" for place in x]


def test_a_long_run_is_thinned_and_keeps_its_last_point():
    x = np.arange(1, 25_001)
    random = np.random.default_rng(0).random(len(x))

    svg = line_chart(Chart("one", "Loss", [Line("", x, random, colour=0, group="0")]))
    whole = line_chart(Chart("one", "Loss", [Line("", x[:1000], random[:1000], 0, group="0")]))

    assert len(path_of(svg, "0")) <= MOST_POINTS + 1
    assert path_of(svg, "0")[-1, 0] == path_of(whole, "0")[-1, 0]


def test_a_mark_and_a_band_show():
    line = Line("", [1, 2], [1.0, 2.0], colour=0)
    band = Line("", [1, 2], [1.0, 2.0], colour=0, spread=[0.1, 0.1])
    plain = line_chart(Chart("one", "t", [line]))

    assert line_chart(Chart("one", "t", [line], marks=[1.5])).count("var(--series-1)") == 1
    assert 'opacity="0.18"' in line_chart(Chart("one", "t", [band]))
    assert "opacity" not in plain


@pytest.mark.parametrize(
    "y", [[1e308, -1e308], [1e308, 1e-308], [np.nan, np.nan], [np.inf, 1.0], [1e-320, 0.0], []]
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_numbers_out_of_all_bounds_leave_gaps(y, logarithmic):
    x = [1, 10**15][: len(y)]
    line = Line("loss", x, y, colour=0, spread=y, group="0")

    svg = line_chart(Chart("one", "t", [line], logarithmic=logarithmic))

    assert "nan" not in svg
    assert "inf" not in svg
