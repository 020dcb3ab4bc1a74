"""The penalty of DRAGAN against closed forms and finite differences."""

from dataclasses import replace

import pytest
import torch

from gan_lab.losses.dragan import DRAGAN
from gan_lab.losses.terms import Judged
from tests.losses.conftest import curved, images, linear, slope_by_differences

SHARES = torch.tensor([0.0, 0.25, 0.6, 1.0], dtype=torch.float64)
NOISE = torch.rand(4, 1, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(7))


def near_by_hand(noise, std=None):
    real = images(4, 1)
    std = real.numpy().std() if std is None else std
    return real + SHARES[:, None, None, None] * noise * std * NOISE


@pytest.mark.parametrize(("target", "value"), [(1.0, 16.0), (5.0, 0.0), (8.0, 9.0)])
def test_a_linear_discriminator_pays_for_the_distance_of_its_slope_to_the_target(
    seen, target, value
):
    term = DRAGAN(weight=1.0, target=target)

    found = term(seen(linear([1, 2, 0, 0, -2, 4]), SHARES, NOISE))

    assert found.item() == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("noise", [0.0, 0.5, 3.0])
def test_it_agrees_with_finite_differences_around_the_real_images(seen, noise):
    discriminator = curved()

    value = DRAGAN(weight=1.0, noise=noise)(seen(discriminator, SHARES, NOISE)).item()

    squares = []
    for image in near_by_hand(noise):
        slope = slope_by_differences(lambda x: discriminator(x[None]), image)
        squares.append((slope.norm().item() - 1) ** 2)
    assert value == pytest.approx(sum(squares) / 4, rel=1e-4)


def judged_by(seen, **changes):
    """Return the images and conditions that D is shown."""
    phase, asked = seen(linear([1.0] * 6), SHARES, NOISE), []

    def judge(batch):
        asked.append(batch)
        return phase.judge(batch)

    labels = torch.tensor([3, 1, 0, 2])
    real = Judged(phase.real.images, labels, phase.real.logits)
    DRAGAN(weight=1.0)(replace(phase, judge=judge, real=real, **changes))
    ((near, condition),) = asked
    assert torch.equal(condition, labels)
    return near.detach()


def test_perturbations_are_within_half_a_standard_deviation_of_the_minibatch(seen):
    near = judged_by(seen)

    torch.testing.assert_close(near, near_by_hand(0.5))
    assert torch.equal(near[0], images(4, 1)[0])  # its share is 0


def test_the_standard_deviation_is_that_of_all_devices(seen):
    # Another device, whose mean is 1 higher and whose squares around the common mean are 3 larger.
    means = iter([1.0, 3.0])

    near = judged_by(seen, mean_over_devices=lambda own: (own + (own + next(means))) / 2)

    real = images(4, 1)
    common = real.mean() + 0.5
    variance = (real - common).square().mean() + 1.5
    torch.testing.assert_close(near, near_by_hand(0.5, variance.sqrt()))


def test_nothing_goes_back_to_the_images(seen):
    phase = seen(curved(), SHARES, NOISE)

    DRAGAN(weight=1.0)(phase).backward()

    assert phase.real.images.grad is None
