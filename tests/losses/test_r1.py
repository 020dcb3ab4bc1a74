"""The R1 penalty against closed forms and finite differences."""

import pytest
import torch

from gan_lab.losses.r1 import R1
from tests.losses.conftest import curved, images, linear, slope_by_differences

R1_TERM = R1(weight=1.0)


def test_it_is_half_the_squared_slope_of_a_linear_discriminator(seen):
    discriminator = linear([1, 2, 0, 0, -2, 4])

    value = R1_TERM(seen(discriminator))
    value.backward()

    assert value.item() == 12.5
    assert discriminator[1].weight.grad[0].tolist() == [1, 2, 0, 0, -2, 4]


def test_it_agrees_with_finite_differences_at_the_real_images_alone(seen):
    discriminator = curved()

    value = R1_TERM(seen(discriminator)).item()

    slopes = [slope_by_differences(lambda x: discriminator(x[None]), x) for x in images(4, 1)]
    expected = sum(0.5 * slope.square().sum().item() for slope in slopes) / 4
    assert value == pytest.approx(expected, rel=1e-5)


def test_its_gradient_by_the_weights_agrees_with_finite_differences(seen):
    discriminator = curved()
    weight = discriminator[1].weight
    R1_TERM(seen(discriminator)).backward()

    move = torch.randn(weight.shape, generator=torch.Generator().manual_seed(3)).double()
    there = []
    for step in (1e-5, -1e-5):
        moved = curved()
        moved[1].weight.data += step * move
        there.append(R1_TERM(seen(moved)).item())

    expected = (there[0] - there[1]) / 2e-5
    assert (weight.grad * move).sum().item() == pytest.approx(expected, rel=1e-6)
