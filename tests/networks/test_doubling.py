"""Sizes that double from 4 pixels on, and the widths of networks at each of them."""

import pytest

from gan_lab.errors import ConfigError
from gan_lab.networks.doubling import stages, widths_of


def test_sides_are_doubled_from_4_pixels_on():
    assert stages(32, 32, "some") == [(4, 4), (8, 8), (16, 16), (32, 32)]
    assert stages(48, 32, "some") == [(6, 4), (12, 8), (24, 16), (48, 32)]


@pytest.mark.parametrize(
    ("size", "nearest", "remedy"),
    [
        ((28, 28), "32x32", "data.size=32."),
        ((100, 60), "112x64", "data.size=[112, 64]."),
        ((1, 1), "4x4", "model=mixture_mlp for points of the plane."),
    ],
)
def test_other_sizes_are_refused_with_the_nearest_and_what_to_type(size, nearest, remedy):
    with pytest.raises(ConfigError) as refused:
        stages(*size, "some")

    assert str(refused.value).startswith("model=some doubles images from 4 pixels on")
    assert f"{size[0]}x{size[1]}; the nearest size that it can make is {nearest}" in str(
        refused.value
    )
    assert str(refused.value).endswith(remedy)


def test_a_width_is_one_number_for_all_sizes_or_one_for_each():
    sizes = stages(16, 16, "some")

    assert widths_of(5, sizes) == [5, 5, 5]
    assert widths_of([16, 8, 4], sizes) == [16, 8, 4]
    with pytest.raises(ConfigError, match=r"width=\[16, 8\] .* of the sizes 4x4, 8x8, 16x16"):
        widths_of([16, 8], sizes)
