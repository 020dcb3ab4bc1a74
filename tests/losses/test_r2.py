"""The R2 penalty against closed forms and finite differences."""

import pytest

from gan_lab.losses.r2 import R2
from tests.losses.conftest import curved, images, linear, slope_by_differences

R2_TERM = R2(weight=1.0)


def test_it_is_half_the_squared_slope_of_a_linear_discriminator(seen):
    discriminator = linear([1, 2, 0, 0, -2, 4])

    value = R2_TERM(seen(discriminator))
    value.backward()

    assert value.item() == 12.5
    assert discriminator[1].weight.grad[0].tolist() == [1, 2, 0, 0, -2, 4]


def test_it_agrees_with_finite_differences_at_the_generated_images_alone(seen):
    discriminator = curved()

    value = R2_TERM(seen(discriminator)).item()

    slopes = [slope_by_differences(lambda x: discriminator(x[None]), x) for x in images(4, 2)]
    expected = sum(0.5 * slope.square().sum().item() for slope in slopes) / 4
    assert value == pytest.approx(expected, rel=1e-5)
