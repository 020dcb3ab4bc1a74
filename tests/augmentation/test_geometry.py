"""Each map, on images drawn by hand."""

import math

import pytest
import torch

from gan_lab.augmentation.geometry import flips, quarter_turns, rotations, scalings, shifts
from gan_lab.augmentation.resampling import resample

CORNER = torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])


def seen(maps, image=CORNER):
    return resample(image[None, None], maps)[0, 0]


def number(value):
    return torch.tensor([float(value)])


def test_a_flip_turns_left_to_right():
    assert torch.equal(seen(flips(number(1))), CORNER.flip(1))
    assert torch.equal(seen(flips(number(0))), CORNER)


@pytest.mark.parametrize("turns", range(4))
def test_a_quarter_turn_takes_the_right_to_the_bottom_exactly(turns):
    assert torch.equal(seen(quarter_turns(number(turns))), CORNER.rot90(-turns))


def test_a_rotation_by_an_angle_agrees_with_the_quarter_turn():
    turned = seen(rotations(number(math.pi / 2)))

    torch.testing.assert_close(turned, CORNER.rot90(-1))


def test_a_shift_moves_to_the_right_and_up():
    dot = torch.zeros(5, 5)
    dot[2, 2] = 1

    moved = seen(shifts(number(1), number(-1)), dot)

    assert moved.nonzero().tolist() == [[1, 3]]


def test_a_scale_of_two_shows_the_middle_twice_as_large():
    line = torch.arange(5.0).expand(5, 5)

    assert seen(scalings(number(2), number(1)), line)[0].tolist() == [1, 1.5, 2, 2.5, 3]
    assert torch.equal(seen(scalings(number(1), number(2)), line), line)


def test_maps_are_multiplied_in_the_order_of_what_is_done():
    dot = torch.zeros(5, 5)
    dot[2, 3] = 1
    right, turned = shifts(number(1), number(0)), quarter_turns(number(1))

    assert seen(right @ turned, dot).nonzero().tolist() == [[4, 2]]
    # Turned first, it lies at [3, 2].
    assert seen(turned @ right, dot).nonzero().tolist() == [[3, 3]]
