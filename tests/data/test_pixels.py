"""Between the stored 0 to 255 and the numbers that networks see."""

import pytest
import torch

from gan_lab.data.pixels import to_pixels, to_range

LEVELS = torch.arange(256, dtype=torch.uint8)
RANGES = [(-1.0, 1.0), (0.0, 1.0), (-0.5, 0.5), (0.0, 255.0), (-3.0, 7.0), (0.1, 0.7)]


@pytest.mark.parametrize("value_range", RANGES)
def test_all_256_levels_survive_the_way_there_and_back(value_range):
    assert torch.equal(to_pixels(to_range(LEVELS, value_range), value_range), LEVELS)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64], ids=str)
@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 1.0)])
def test_all_256_levels_survive_another_precision_on_the_way(value_range, dtype):
    assert torch.equal(to_pixels(to_range(LEVELS, value_range).to(dtype), value_range), LEVELS)


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_black_is_the_low_end_white_the_high_one_and_between_them_it_is_a_line(low, high):
    numbers = to_range(LEVELS, (low, high))

    expected = [low + (high - low) * level / 255 for level in range(256)]
    assert numbers.tolist() == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert numbers[[0, 255]].tolist() == pytest.approx([low, high], rel=1e-7)


def test_the_default_range_has_exact_ends():
    assert to_range(LEVELS, (-1.0, 1.0))[[0, 255]].tolist() == [-1.0, 1.0]
    assert to_range(LEVELS, (0.0, 1.0))[[0, 255]].tolist() == [0.0, 1.0]


def test_pixels_become_float32_of_the_same_shape_and_stay_as_they_were():
    pixels = LEVELS.reshape(2, 2, 8, 8).clone()

    numbers = to_range(pixels, (-1.0, 1.0))

    assert numbers.shape == (2, 2, 8, 8)
    assert numbers.dtype == torch.float32
    assert torch.equal(pixels, LEVELS.reshape(2, 2, 8, 8))


@pytest.mark.parametrize("offset", [-0.49, -0.2, 0.2, 0.49])
def test_images_are_rounded_to_the_nearest_level(offset):
    numbers = (torch.arange(1, 255, dtype=torch.float32) + offset) / 255

    assert torch.equal(to_pixels(numbers, (0.0, 1.0)), LEVELS[1:255])


def test_numbers_beyond_the_range_are_clipped_not_wrapped():
    numbers = torch.tensor([-1000.0, -1.1, -1.004, 1.004, 1.1, 1000.0])

    assert to_pixels(numbers, (-1.0, 1.0)).tolist() == [0, 0, 0, 255, 255, 255]


def test_images_become_uint8_of_the_same_shape():
    pixels = to_pixels(torch.zeros(2, 3, 4, 4), (-1.0, 1.0))

    assert pixels.shape == (2, 3, 4, 4)
    assert pixels.dtype == torch.uint8


def test_coordinates_are_left_as_they_are():
    points = torch.tensor([[0.7071, -3.5]])

    assert to_range(points, (-5.0, 5.0)) is points
