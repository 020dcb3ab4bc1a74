"""Dark, mean and bright levels of images."""

import pytest
import torch

from gan_lab.evaluation.brightness import brightness_of


def test_the_levels_of_all_pixels_count_but_for_a_few():
    pixels = torch.full((10, 1, 10, 10), 100, dtype=torch.uint8)
    pixels[:, :, :5] = 20
    pixels[0, 0, 0, 0], pixels[0, 0, 9, 9] = 0, 255  # one of a thousand each

    darkest, mean, brightest = brightness_of(pixels)

    assert (darkest, brightest) == (20, 100)
    assert mean == pytest.approx(60, abs=0.2)


def test_one_colour_has_one_level():
    assert brightness_of(torch.full((2, 3, 4, 4), 7, dtype=torch.uint8)) == (7, 7.0, 7)
