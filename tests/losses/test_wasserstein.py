"""The Wasserstein loss by hand; what all losses have in common is in test_adversarial.py."""

import pytest
import torch

from gan_lab.losses.wasserstein import Wasserstein


def tensor(numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def test_the_critic_pulls_real_and_generated_images_apart():
    real, fake = tensor([5.0, -2.0]), tensor([1.0, 2.0, -4.0, 0.0])

    loss = Wasserstein().discriminator(real, fake)
    sum(loss).backward()

    assert (loss.real.item(), loss.fake.item()) == (-1.5, -0.25)
    assert real.grad.tolist() == [-0.5, -0.5]
    assert fake.grad.tolist() == [0.25] * 4


def test_the_generator_raises_every_rating_alike():
    fake = tensor([-80.0, 0.0, 20.0, 80.0])

    loss = Wasserstein().generator(fake)
    loss.backward()

    assert loss.item() == -5
    assert fake.grad.tolist() == [-0.25] * 4


def test_the_value_of_the_best_critic_of_slope_1_is_the_distance_of_two_points():
    # Between the points 0 and 3 it is D(x) = -x, plus any level.
    loss = Wasserstein().discriminator(tensor([7.0]), tensor([7.0 - 3.0]))

    assert Wasserstein().value(loss).item() == 3


def test_what_is_watched_is_the_distance_and_no_level():
    loss = Wasserstein()

    assert loss.watched == ("value",)
    assert loss.answers(tensor([7.0]), tensor([4.0])) == {}


@pytest.mark.parametrize("level", [-80.0, 0.0, 3.0])
def test_at_the_equilibrium_the_distance_is_0_on_any_level(level):
    loss = Wasserstein().discriminator(tensor([level] * 3), tensor([level] * 3))

    found = {"loss/discriminator": sum(loss).item(), "value": Wasserstein().value(loss).item()}

    assert found == dict(Wasserstein().equilibrium)
