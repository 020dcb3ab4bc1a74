"""Between the stored 0 to 255 and the numbers that networks see."""

import pytest
import torch

from gan_lab.data.pixels import stretched, to_contrast, to_pixels, to_range

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


def some_images(n=5):
    return torch.randint(
        0, 256, (n, 3, 4, 5), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )


def test_images_of_equal_contrast_have_no_mean_and_the_asked_length():
    numbers = to_contrast(some_images(), 55.0)

    assert numbers.dtype == torch.float32
    assert numbers.mean((1, 2, 3)).abs().max() < 1e-5
    assert numbers.flatten(1).norm(dim=1).tolist() == pytest.approx([55.0] * 5, rel=1e-6)


def test_equal_contrast_by_hand():
    pixels = torch.tensor([10, 20, 30, 40], dtype=torch.uint8).reshape(1, 1, 2, 2)

    numbers = to_contrast(pixels, 10.0)

    length = (15**2 + 5**2 + 5**2 + 15**2) ** 0.5
    assert numbers.flatten().tolist() == pytest.approx(
        [10 * x / length for x in (-15, -5, 5, 15)], rel=1e-6
    )


def test_brightness_and_contrast_make_no_difference_to_equal_contrast():
    dark = some_images() // 4

    torch.testing.assert_close(to_contrast(dark, 55.0), to_contrast(3 * dark + 40, 55.0))


def test_an_image_of_one_colour_is_0_and_middle_gray():
    gray = to_contrast(torch.full((1, 3, 2, 2), 200, dtype=torch.uint8), 55.0)

    assert not gray.any()
    assert set(stretched(gray).flatten().tolist()) == {128}


def test_stretched_images_reach_black_or_white_by_their_own_farthest_number():
    images = torch.tensor([[-2.0, 1.0, 0.0], [0.1, 0.05, -0.1]]).reshape(2, 1, 1, 3)

    pixels = stretched(images)

    assert pixels.dtype == torch.uint8
    assert pixels.flatten(1).tolist() == [[0, 191, 128], [255, 191, 0]]
