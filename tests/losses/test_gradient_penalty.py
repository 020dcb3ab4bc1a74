"""The gradient penalty against closed forms and finite differences."""

from dataclasses import replace

import pytest
import torch

from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.terms import Judged
from tests.losses.conftest import curved, images, linear, slope_by_differences

SHARES = torch.tensor([0.0, 0.25, 0.6, 1.0], dtype=torch.float64)


@pytest.mark.parametrize(("target", "value"), [(1.0, 16.0), (5.0, 0.0), (0.0, 25.0)])
def test_a_linear_discriminator_pays_for_the_distance_of_its_slope_to_the_target(
    seen, target, value
):
    term = GradientPenalty(weight=1.0, target=target)

    found = term(seen(linear([1, 2, 0, 0, -2, 4]), SHARES))

    assert found.item() == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("target", "value"), [(1.0, 16.0), (5.0, 0.0), (7.0, 0.0)])
def test_from_one_side_a_slope_below_the_target_costs_nothing(seen, target, value):
    term = GradientPenalty(weight=1.0, target=target, sides="one")
    discriminator = linear([1, 2, 0, 0, -2, 4])

    found = term(seen(discriminator, SHARES))
    found.backward()

    assert found.item() == pytest.approx(value, abs=1e-6)
    # 2 (|w| - target) w / |w| above the target
    slope = discriminator[1].weight.grad.norm().item()
    assert slope == pytest.approx(2 * max(0, 5 - target), abs=1e-6)


def test_its_gradient_is_that_of_the_closed_form(seen):
    discriminator = linear([3, 0, 0, 0, 4, 0])

    GradientPenalty(weight=1.0)(seen(discriminator, SHARES)).backward()

    # 2 (|w| - 1) w / |w|
    expected = [2 * 4 * 3 / 5, 0, 0, 0, 2 * 4 * 4 / 5, 0]
    assert discriminator[1].weight.grad[0].tolist() == pytest.approx(expected, rel=1e-6)


def test_it_agrees_with_finite_differences_on_the_lines_between_the_images(seen):
    discriminator = curved()

    value = GradientPenalty(weight=1.0)(seen(discriminator, SHARES)).item()

    squares = []
    for share, real, fake in zip(SHARES.tolist(), images(4, 1), images(4, 2), strict=True):
        between = share * real + (1 - share) * fake
        slope = slope_by_differences(lambda x: discriminator(x[None]), between)
        squares.append((slope.norm().item() - 1) ** 2)
    assert value == pytest.approx(sum(squares) / 4, rel=1e-4)


def test_each_point_between_is_judged_with_the_condition_of_its_real_image(seen):
    phase = seen(linear([1.0] * 6), SHARES)
    labels, asked = torch.tensor([3, 1, 0, 2]), []

    def judge(batch):
        asked.append(batch)
        return phase.judge(batch)

    real = Judged(phase.real.images, labels, phase.real.logits)
    GradientPenalty(weight=1.0)(replace(phase, judge=judge, real=real))

    ((between, condition),) = asked
    assert torch.equal(condition, labels)
    torch.testing.assert_close(between[0], phase.fake.images[0])
    torch.testing.assert_close(between[3], phase.real.images[3])


def test_a_discriminator_without_slope_gets_a_finite_gradient(seen):
    discriminator = linear([0.0] * 6)

    value = GradientPenalty(weight=1.0)(seen(discriminator, SHARES))
    value.backward()

    assert value.item() == pytest.approx(1, abs=1e-5)
    assert torch.isfinite(discriminator[1].weight.grad).all()


def test_nothing_goes_back_to_the_images(seen):
    phase = seen(curved(), SHARES)

    GradientPenalty(weight=1.0)(phase).backward()

    assert phase.real.images.grad is phase.fake.images.grad is None
