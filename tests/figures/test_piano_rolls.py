"""Rolls are drawn with time to the right and pitch upwards."""

import numpy as np

from gan_lab.figures.piano_rolls import LINES, NOTES, PAPER, roll_grid


def drawn(*notes):
    """Return the picture of `(step, index of the pitch)`, without the frame, `(84, 64, 3)`."""
    roll = np.zeros((1, 1, 64, 84), np.uint8)
    for step, pitch in notes:
        roll[0, 0, step, pitch] = 255
    picture = np.asarray(roll_grid(roll))
    factor = picture.shape[0] // 88
    return picture[::factor, ::factor][2:-2, 2:-2]


def test_time_goes_to_the_right_and_pitch_upwards():
    picture = drawn((0, 0), (63, 83), (20, 5))

    assert picture.shape == (84, 64, 3)
    ink = np.argwhere((picture == NOTES).all(axis=2))
    assert ink.tolist() == [[0, 63], [78, 20], [83, 0]]


def test_lines_are_at_bars_and_octaves():
    picture = drawn()[:, :, 0]

    bars, octaves = (np.flatnonzero((picture == LINES).all(axis=axis)) for axis in (0, 1))
    assert bars.tolist() == [0, 16, 32, 48]
    assert octaves.tolist() == list(range(11, 84, 12))
    assert set(np.unique(picture)) == {LINES, PAPER}


def test_columns_are_kept():
    rolls = np.zeros((6, 1, 64, 84), np.uint8)
    wide, high = roll_grid(rolls, columns=6), roll_grid(rolls, columns=1)
    assert wide.width > 4 * wide.height > 0
    assert high.height > 7 * high.width
