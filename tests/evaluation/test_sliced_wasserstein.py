"""Sliced Wasserstein distances against closed forms, and the pyramid that they are taken in."""

import math

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.evaluation.samples import Samples
from gan_lab.evaluation.sliced_wasserstein import (
    SlicedWasserstein,
    expanded,
    laplacian,
    reduced,
    sizes_of,
    sliced_distance,
)


def samples(pixels):
    return Samples(pixels, torch.zeros(len(pixels), 1), torch.arange(len(pixels)))


def scores(real, generated, **options):
    metric = SlicedWasserstein("pixels", **options)
    metric.fit(samples(real))
    for part in generated.split(30):
        metric.update(samples(part))
    return metric.compute()


def smooth(n=60, side=32, channels=1, seed=0):
    """Return images of coarse blots."""
    random = torch.Generator().manual_seed(seed)
    blots = torch.rand(n, channels, 4, 4, generator=random)
    images = torch.nn.functional.interpolate(blots, size=side, mode="bicubic")
    return (255 * images.clamp(0, 1)).to(torch.uint8)


@pytest.mark.parametrize("dimensions", [2, 5, 49])
def test_a_shift_costs_its_mean_projection(dimensions):
    torch.manual_seed(0)
    points = torch.randn(300, dimensions, dtype=torch.float64)
    shift = torch.full((dimensions,), 3.0, dtype=torch.float64)

    found = sliced_distance(points, (points + shift)[torch.randperm(300)])

    # The mean of |<u, e>| over unit vectors u.
    mean = math.exp(math.lgamma(dimensions / 2) - math.lgamma((dimensions + 1) / 2))
    expected = shift.norm().item() * mean / math.sqrt(math.pi)
    assert found.item() == pytest.approx(expected, rel=0.05)


def test_on_a_line_it_is_the_distance_of_sorted_points():
    x = torch.tensor([[0.0], [10.0], [2.0]])
    y = torch.tensor([[11.0], [5.0], [0.0]])

    assert sliced_distance(x, y).item() == pytest.approx((0 + 3 + 1) / 3)


def test_gaussians_of_two_widths_cost_the_difference_of_their_mean_deviations():
    torch.manual_seed(0)
    x, y = torch.randn(2, 20_000, 3)

    assert sliced_distance(x, 2 * y).item() == pytest.approx(math.sqrt(2 / math.pi), rel=0.03)


def test_levels_halve_down_to_16_pixels_where_they_can():
    assert sizes_of(64, 96) == [(64, 96), (32, 48), (16, 24)]
    assert sizes_of(28, 28) == [(28, 28)]
    assert sizes_of(33, 64) == [(33, 64)]


def test_what_levels_add_sums_up_to_the_images():
    images = torch.rand(2, 3, 64, 32, dtype=torch.float32)

    fine, coarse = laplacian(images)

    assert coarse.shape == (2, 3, 32, 16)
    torch.testing.assert_close(expanded(coarse) + fine, images)


def test_smoothing_keeps_what_is_even_and_straight_slopes_inside():
    even = torch.full((1, 2, 16, 32), 7.0)
    slope = torch.arange(32.0).expand(1, 1, 16, 32)

    torch.testing.assert_close(reduced(even), even[:, :, ::2, ::2])
    torch.testing.assert_close(expanded(even[:, :, ::2, ::2]), even)
    torch.testing.assert_close(reduced(slope)[..., 1:-1], slope[..., ::2, ::2][..., 1:-1])
    back = expanded(slope[..., ::2, ::2])
    torch.testing.assert_close(back[..., 2:-3], slope[..., 2:-3])


def test_images_of_one_kind_are_near_and_noise_is_far():
    images = smooth(120)

    near = scores(images, smooth(120, seed=1))
    far = scores(images, torch.randint(0, 256, images.shape).to(torch.uint8))
    assert near.keys() == far.keys() == {"swd", "swd/32", "swd/16"}
    assert all(near[name] < far[name] / 3 for name in ("swd/16", "swd"))
    assert near["swd"] == pytest.approx((near["swd/32"] + near["swd/16"]) / 2)


def test_details_count_at_their_own_level():
    images = smooth(100, channels=3)
    rows = torch.arange(32) % 2
    chequered = (images.float() + 12 * (rows[:, None] ^ rows)).clamp(0, 255).to(torch.uint8)

    before, after = scores(images, smooth(100, channels=3, seed=1)), scores(images, chequered)

    assert after["swd/32"] > 5 * before["swd/32"]
    assert after["swd/16"] < before["swd/16"]


def test_brightness_and_contrast_of_all_images_do_not_count():
    images = smooth(80)

    found = scores(images, images // 2 + 60)

    assert found["swd/16"] == pytest.approx(scores(images, images)["swd/16"], abs=2)


def test_as_many_images_are_compared_and_each_way_is_named():
    metric = SlicedWasserstein("pixels", limit=50, patches=3)
    metric.fit(samples(smooth(80)))
    metric.update(samples(smooth(70, seed=1)))

    assert metric.compute().keys() == metric.better.keys()
    assert len(metric.real) == 50
    assert metric.kept(50).shape == (50, 1, 32, 32)


def test_points_and_tiny_images_are_refused():
    with pytest.raises(ConfigError, match=r"patches of 7x7 pixels, and these data have 1x1: leave"):
        SlicedWasserstein("points").fit(samples(torch.randn(9, 2, 1, 1)))
