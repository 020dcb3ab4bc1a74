"""Piano rolls as people draw them: time to the right, pitch upwards.

Shape legend: N = rolls, T = steps, P = pitches.
"""

import numpy as np
from PIL import Image

from gan_lab.figures.grids import image_grid

STEPS_PER_BAR = 16
OCTAVE = 12
NOTES = (25, 45, 120)
PAPER, LINES = 255, 222


def roll_grid(rolls_N1TP: np.ndarray, columns: int | None = None) -> Image.Image:
    """Return the rolls row by row, with a line at the start of each bar and along each C.

    Args:
        rolls_N1TP: uint8; a pitch sounds where it is at least 128, and the lowest is a C.
        columns: rolls per row; None makes as many rows as columns.
    """
    sounds_NPT = rolls_N1TP[:, 0].transpose(0, 2, 1) >= 128
    paper_PT = np.full(sounds_NPT.shape[1:], PAPER, np.uint8)
    paper_PT[::OCTAVE] = LINES
    paper_PT[:, ::STEPS_PER_BAR] = LINES
    pictures = [np.where(sounds_NPT, ink, paper_PT) for ink in NOTES]
    upwards_N3PT = np.stack(pictures, axis=1)[:, :, ::-1]
    return image_grid(upwards_N3PT.astype(np.uint8), columns)
