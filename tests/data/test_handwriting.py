"""What is measured of handwriting, against shapes whose measures are known."""

import math

import pytest
import torch

from gan_lab.data.handwriting import breadth, slant, stroke


def drawn(inside, size=64):
    """Return an image of what a function of row and column says is ink, with soft edges."""
    fine = (torch.arange(size * 8) + 0.5) / 8
    ink = inside(fine[:, None], fine[None, :]).float()
    return torch.nn.functional.avg_pool2d(ink[None], 8)


def bar(width, shear=0.0):
    """Return a bar from top to bottom that leans to the right by `shear` per pixel upwards."""
    return drawn(
        lambda row, column: (
            ((column - 32 + shear * (row - 32)).abs() < width / 2) & (row > 4) & (row < 60)
        )
    )


@pytest.mark.parametrize("width", [2.0, 3.3, 5.0])
def test_the_stroke_of_a_long_bar_is_as_wide_as_the_bar(width):
    # Twice the area by the outline, whose two ends are short.
    expected = 2 * width * 56 / (2 * 56 + 2 * width)

    assert stroke(bar(width)).item() == pytest.approx(expected, rel=0.03)


def test_a_soft_stroke_is_as_wide_as_a_sharp_one():
    soft = torch.nn.functional.avg_pool2d(bar(6.0), 3, stride=1, padding=1)

    assert stroke(soft).item() == pytest.approx(stroke(bar(6.0)).item(), rel=0.03)


@pytest.mark.parametrize("shear", [-0.4, 0.0, 0.3])
def test_the_slant_of_a_bar_is_its_shear(shear):
    assert slant(bar(4.0, shear)).item() == pytest.approx(shear, abs=0.01)


@pytest.mark.parametrize(("height", "width"), [(40, 40), (40, 20), (20, 50)])
def test_a_filled_box_is_as_broad_as_its_sides_say(height, width):
    box = drawn(lambda row, column: (row < height) & (column < width))

    assert breadth(box).item() == pytest.approx(width / height, rel=0.01)


def test_a_slanted_box_is_as_broad_as_an_upright_one():
    # Of a bar of this shear, breadth is that of its rows: width / sqrt(12) by 56 / sqrt(12).
    assert breadth(bar(8.0, 0.4)).item() == pytest.approx(8 / 56, rel=0.02)


def test_an_image_without_ink_has_finite_measures():
    empty = torch.zeros(1, 28, 28)

    assert all(math.isfinite(measure(empty).item()) for measure in (stroke, slant, breadth))
    assert stroke(empty).item() == slant(empty).item() == 0
