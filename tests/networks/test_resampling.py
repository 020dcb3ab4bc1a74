"""Doubling and halving by the binomial filter, against numbers worked out by hand."""

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.nn.functional import conv2d

from gan_lab.networks.resampling import Downsample, Upsample


def test_a_pixel_is_spread_over_16_when_doubled():
    images = torch.zeros(1, 1, 4, 4)
    images[0, 0, 1, 2] = 16.0

    doubled = Upsample()(images)

    expected = torch.zeros(8, 8)
    expected[1:5, 3:7] = torch.tensor([[1.0, 3, 3, 1], [3, 9, 9, 3], [3, 9, 9, 3], [1, 3, 3, 1]])
    assert torch.equal(doubled[0, 0], expected)


def test_a_halved_pixel_is_the_weighed_mean_of_16():
    rows = torch.tensor([0.0, 0, 8, 0, 0, 0, 0, 0])  # the last of the first four, and so on
    images = rows[:, None] * torch.ones(8)

    halved = Downsample()(images[None, None])

    # Row 2 is the fourth of those of pixel 0 (1/8) and the second of pixel 1 (3/8).
    assert torch.equal(halved[0, 0, :, 1], torch.tensor([1.0, 3, 0, 0]))


@pytest.mark.parametrize("resample", [Upsample(), Downsample()])
def test_constants_are_kept_inside_and_fade_towards_the_zeros_beyond_the_border(resample):
    constant = torch.full((2, 3, 8, 12), 2.0)

    found = resample(constant)

    assert torch.equal(found[:, :, 1:-1, 1:-1], torch.full_like(found, 2.0)[:, :, 1:-1, 1:-1])
    beside = {Upsample: 3 / 4, Downsample: 7 / 8}[type(resample)]
    torch.testing.assert_close(
        found[:, :, 1:-1, 0], torch.full_like(found[:, :, 1:-1, 0], 2 * beside)
    )


def test_channels_are_independent_and_each_is_treated_alike():
    images = torch.randn(2, 3, 8, 8)

    for resample in (Upsample(), Downsample()):
        each = [resample(images[:, channel : channel + 1]) for channel in range(3)]
        torch.testing.assert_close(resample(images), torch.cat(each, dim=1))


def test_doubling_is_four_times_the_transpose_of_halving():
    large, small = torch.randn(1, 2, 8, 8), torch.randn(1, 2, 4, 4)

    torch.testing.assert_close(
        4 * (Downsample()(large) * small).sum(), (large * Upsample()(small)).sum()
    )


@pytest.mark.parametrize("resample", [Upsample(), Downsample()])
def test_first_and_second_derivatives_agree_with_finite_differences(resample):
    images = torch.randn(2, 2, 4, 6, dtype=torch.float64, requires_grad=True)

    assert gradcheck(resample, images)
    assert gradgradcheck(lambda numbers: resample(numbers).square(), images)


def test_halving_without_the_filter_would_let_stripes_through():
    stripes = torch.tensor([1.0, -1.0]).repeat(8).expand(1, 1, 16, 16)

    filtered = Downsample()(stripes)
    bare = conv2d(stripes, torch.ones(1, 1, 1, 1), stride=2)

    assert filtered[..., 1:-1].abs().max() == 0
    assert bare.abs().min() == 1


@pytest.mark.parametrize("resample", [Upsample(), Downsample()])
def test_under_autocast_images_are_of_its_precision_and_gradients_of_the_images(resample):
    images = torch.randn(2, 3, 8, 8, requires_grad=True)

    with torch.autocast("cpu", torch.bfloat16):
        found = resample(images)
    (gradient,) = torch.autograd.grad(found.float().sum(), images)

    assert found.dtype == torch.bfloat16
    assert gradient.dtype == torch.float32
