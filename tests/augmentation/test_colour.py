"""Colours, computed by hand, and by matrices as the paper writes them."""

import math

import pytest
import torch

from gan_lab.augmentation.colour import Colours, recolour
from tests.augmentation.conftest import pictures

NOTHING = {"brightness": 0.0, "contrast": 1.0, "luma_sign": 1.0, "hue": 0.0, "saturation": 1.0}


def recoloured(images, gray=0.0, half_range=1.0, **changes):
    numbers = {
        name: torch.full((len(images),), value, dtype=images.dtype)
        for name, value in (NOTHING | changes).items()
    }
    return recolour(images, Colours(**numbers), gray, half_range)


def pixel(red, green, blue):
    return torch.tensor([red, green, blue], dtype=torch.float64).view(1, 3, 1, 1)


def test_nothing_done_changes_nothing():
    images = pictures(channels=3)

    torch.testing.assert_close(recoloured(images), images, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"brightness": 0.3}, (0.5, 0.3, 0.9)),
        ({"contrast": 2.0}, (0.4, 0.0, 1.2)),
        ({"brightness": 0.1, "contrast": 2.0}, (0.6, 0.2, 1.4)),  # contrast comes after
        ({"saturation": 0.0}, (4 / 15, 4 / 15, 4 / 15)),
        ({"luma_sign": -1.0}, (0.2 - 8 / 15, -8 / 15, 0.6 - 8 / 15)),
        ({"hue": 2 * math.pi / 3}, (0.6, 0.2, 0.0)),  # red becomes green, and so on
        ({"hue": -2 * math.pi / 3}, (0.0, 0.6, 0.2)),
    ],
)
def test_a_pixel_by_hand(changes, expected):
    torch.testing.assert_close(recoloured(pixel(0.2, 0.0, 0.6), **changes), pixel(*expected))


def test_all_together_are_the_product_of_the_matrices_of_the_paper():
    images = pictures(2, 3, 4, 4, torch.float64)
    axis = torch.full((3, 1), 1 / math.sqrt(3), dtype=torch.float64)
    luma, one = axis @ axis.T, torch.eye(3, dtype=torch.float64)
    cross = torch.tensor([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).double() / math.sqrt(3)
    turn = math.cos(1.1) * one + math.sin(1.1) * cross + (1 - math.cos(1.1)) * luma
    matrix = (luma + 0.4 * (one - luma)) @ turn @ (one - 2 * luma) * 1.3
    expected = torch.einsum("dc,nchw->ndhw", matrix, images + 0.2)

    found = recoloured(
        images, brightness=0.2, contrast=1.3, luma_sign=-1.0, hue=1.1, saturation=0.4
    )

    torch.testing.assert_close(found, expected)


def test_another_value_range_sees_the_same_colours():
    images = pictures(channels=3, dtype=torch.float64)
    changes = {"brightness": 0.2, "contrast": 1.3, "luma_sign": -1.0, "hue": 1.1}

    found = recoloured((images + 1) / 2, gray=0.5, half_range=0.5, **changes)

    torch.testing.assert_close(2 * found - 1, recoloured(images, **changes))


def test_a_gray_image_is_as_one_of_three_equal_channels():
    gray = pictures(dtype=torch.float64)
    changes = {
        "brightness": 0.2, "contrast": 1.3, "luma_sign": -1.0, "hue": 1.1, "saturation": 3.0
    }  # fmt: skip

    found = recoloured(gray, **changes)

    torch.testing.assert_close(found, -1.3 * (gray + 0.2))
    torch.testing.assert_close(recoloured(gray.expand(-1, 3, -1, -1), **changes)[:, :1], found)
