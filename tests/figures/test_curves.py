"""Panels of curves, looked at as a person would, and the arrays behind them."""

import numpy as np
import pytest
import torch

from gan_lab.figures.curves import Curve, Panel, arrays, draw

X = np.linspace(0, 1, 50)


def panel(y=X, **options):
    return Panel("one", "x", "y", [Curve("line", X, y, "k-")], **options)


def gray(panels):
    return np.asarray(draw(panels)).min(axis=2)


def test_it_is_an_rgb_picture_as_wide_as_it_has_panels():
    one, three = draw([panel()]), draw([panel()] * 3)

    assert (one.mode, one.size) == ("RGB", (450, 450))
    assert three.size == (1350, 450)


def test_a_curve_is_drawn_where_its_numbers_are():
    rising, falling = gray([panel(X)]), gray([panel(1 - X)])

    changed = np.argwhere(rising != falling)
    assert np.ptp(changed[:, 0]) > 250
    assert np.ptp(changed[:, 1]) > 250


@pytest.mark.parametrize("change", [{"levels": {"half": 0.5}}, {"scale": "log"}, {"equal": True}])
def test_every_option_shows(change):
    y = X + 0.1

    assert (gray([panel(y)]) != gray([panel(y, **change)])).any()


def test_the_arrays_are_the_curves():
    other = Panel("two", "x", "y", [Curve("dots", [0, 1], [2, 3], ".")])

    found = arrays([panel(X**2), other])

    assert set(found) == {"one/line", "two/dots"}
    assert np.array_equal(found["one/line"], [X, X**2])
    assert np.array_equal(found["two/dots"], [[0, 1], [2, 3]])


def test_no_name_stands_on_what_is_drawn():
    one, other = (
        gray([Panel("one", "x", "y", [Curve(name, X, X, "k-")], {f"level of {name}": 0.5})])
        for name in ("v", "value")
    )

    changed = np.argwhere(one != other)
    assert changed[:, 0].min() > 400  # below the axes


def test_a_tensor_that_a_gradient_leads_to_is_drawn():
    y = torch.ones(2, requires_grad=True)

    panels = [Panel("a", "x", "y", [Curve("one", [0.0, 1.0], y)])]

    assert draw(panels).size[0] > 0
    assert arrays(panels)["a/one"].tolist() == [[0, 1], [1, 1]]
