"""Empty borders, as padding leaves them."""

import pytest
import torch
from torch.nn.functional import pad

from gan_lab.evaluation.borders import Border, empty_border


def noise(n=200, channels=3):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, channels, 10, 20), dtype=torch.uint8, generator=generator)


def test_images_that_reach_the_edges_have_none():
    assert empty_border(noise()) == Border(0, 0, 0, 0)


@pytest.mark.parametrize("colour", [0, 255, 77])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_each_side_is_counted_in_its_own_length(colour, channels):
    padded = pad(noise(channels=channels), (5, 0, 2, 8), value=colour)

    assert empty_border(padded) == Border(2 / 20, 8 / 20, 5 / 25, 0)


def test_a_few_stray_images_do_not_hide_it():
    padded = pad(noise(1000), (2, 2, 2, 2))
    padded[:4] = 200
    assert empty_border(padded).top == 2 / 14

    padded[:10] = 200
    assert empty_border(padded).top == 0


def test_images_of_one_colour_have_no_border():
    assert empty_border(torch.full((5, 1, 8, 8), 9, dtype=torch.uint8)) == Border(0, 0, 0, 0)
