"""Figure 1, looked at as a person would: which line is where."""

import dataclasses

import numpy as np
import pytest

from gan_lab.figures.figure1 import Moment, draw

X = np.linspace(-4, 4, 81)
Z = np.linspace(-1, 1, 11)


def bump(mean):
    return np.exp(-0.5 * (X - mean) ** 2) / np.sqrt(2 * np.pi)


def moment(**changes):
    arrays = {
        "x": X, "p_data": bump(0), "p_g": bump(0), "d": 0 * X + 0.5, "best_d": 0 * X + 0.5,
        "z": Z, "g_of_z": 2 * Z,
    }  # fmt: skip
    return Moment("at rest", **arrays | changes)


def where(picture, channel):
    """Return rows and columns where one colour is strong and the others are weak."""
    pixels = np.asarray(picture).astype(int)
    others = [other for other in range(3) if other != channel]
    strong = pixels[:, :, channel] > pixels[:, :, others].max(axis=2) + 80
    return np.nonzero(strong[:300])  # above the legend


GREEN, BLUE = 1, 2


def test_the_panels_stand_side_by_side():
    assert draw([moment()]).size == (360, 360)
    assert draw([moment()] * 4).size == (1440, 360)


def test_p_g_is_green_and_highest_where_its_samples_are():
    (rows, columns), (other_rows, other_columns) = (
        where(draw([moment(p_g=bump(mean))]), GREEN) for mean in (-2, 2)
    )

    assert columns[rows == rows.min()].mean() < 150
    assert other_columns[other_rows == other_rows.min()].mean() > 220


def test_d_is_blue_and_at_half_height_between_0_and_1():
    rows = {
        level: where(draw([moment(d=0 * X + level, best_d=0 * X + level)]), BLUE)[0].mean()
        for level in (0.0, 0.5, 1.0)
    }

    assert rows[1.0] < rows[0.5] < rows[0.0]
    assert rows[0.5] == pytest.approx((rows[0.0] + rows[1.0]) / 2, abs=2)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Moment)])
def test_everything_of_a_moment_shows(field):
    before = moment()
    changed = "elsewhere" if field == "title" else getattr(before, field) * 0.5 + 0.1
    if field == "z":  # only the latents' spacing is to be seen
        changed = np.sort(Z**3)

    after = dataclasses.replace(before, **{field: changed})

    assert np.any(np.asarray(draw([before])) != np.asarray(draw([after])))


def test_arrows_end_where_g_sends_their_latents():
    left, right = (np.asarray(draw([moment(g_of_z=0 * Z + x)])) for x in (-3, 3))

    changed = np.argwhere((left != right).any(axis=2))
    tips = changed[changed[:, 0] < changed[:, 0].min() + 3, 1]
    assert tips.min() < 100
    assert tips.max() > 260
    assert not ((tips > 110) & (tips < 250)).any()
