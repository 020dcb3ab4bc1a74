"""The hinge loss by hand; what all losses have in common is in test_adversarial.py."""

import pytest
import torch

from gan_lab.losses.hinge import Hinge


def tensor(numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def test_the_discriminator_pays_for_what_it_misses_of_the_margin_and_no_more():
    real, fake = tensor([-2.0, 0.5, 1.0, 3.0]), tensor([-4.0, -0.5, 2.0])

    loss = Hinge().discriminator(real, fake)
    sum(loss).backward()

    assert loss.real.item() == pytest.approx((3 + 0.5) / 4)
    assert loss.fake.item() == pytest.approx((0.5 + 3) / 3)
    assert real.grad.tolist() == pytest.approx([-1 / 4, -1 / 4, 0, 0])
    assert fake.grad.tolist() == pytest.approx([0, 1 / 3, 1 / 3])


def test_the_generator_raises_every_logit_alike_however_large():
    fake = tensor([-80.0, 0.0, 80.0])

    loss = Hinge().generator(fake)
    loss.backward()

    assert loss.item() == 0
    assert fake.grad.tolist() == pytest.approx([-1 / 3] * 3)


@pytest.mark.parametrize("logit", [-1.0, -0.3, 0.0, 1.0])
def test_at_the_equilibrium_any_answer_within_the_margin_costs_the_same(logit):
    loss = Hinge().discriminator(tensor([logit]), tensor([logit]))

    found = {"loss/discriminator": sum(loss).item(), "value": Hinge().value(loss).item()}

    assert found == pytest.approx(dict(Hinge().equilibrium))


def test_outside_the_margin_it_costs_more():
    assert sum(Hinge().discriminator(tensor([1.5]), tensor([1.5]))).item() > 2
