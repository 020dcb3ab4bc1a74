"""NADE: what depends on what, against the paper's equations, and its samples."""

import math

import pytest
import torch
from torch.autograd.functional import jacobian

from gan_lab.networks import nade
from gan_lab.networks.nade import NADE
from gan_lab.networks.nade_steps import NADESteps

SHAPE = (1, 3, 4)
ORDERS = pytest.mark.parametrize("order", ["raster", "random"])


def network(order="raster", shape=SHAPE):
    torch.manual_seed(0)
    found = NADE(shape, hidden=5, order=order).double()
    with torch.no_grad():
        for weight in found.parameters():
            weight.normal_()
    return found


def images(n, shape=SHAPE):
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@ORDERS
def test_each_number_depends_on_all_before_it_and_on_no_other(order):
    found = network(order)

    slopes = jacobian(lambda flat: found(flat.view(1, *SHAPE)).flatten(), images(1).flatten())

    in_order = slopes[found.order][:, found.order]
    assert not in_order.triu().any()
    assert (in_order.tril(-1) != 0).sum() == 12 * 11 / 2


@ORDERS
def test_it_is_the_papers_equation(order):
    found = network(order)
    x = images(2)

    expected = torch.empty(2, 12, dtype=torch.float64)
    values = x.flatten(1)[:, found.order]
    for i, place in enumerate(found.order):
        hidden = torch.sigmoid(found.hidden_bias + values[:, :i] @ found.seen[:i])
        expected[:, place] = hidden @ found.said[i] + found.bias[i]

    torch.testing.assert_close(found(x).flatten(1), expected)


@pytest.mark.parametrize("block", [56, 5])
def test_a_gpus_blocks_say_the_same_with_the_same_gradients(block, monkeypatch):
    monkeypatch.setattr(nade, "BLOCK", block)
    found = network()
    values = images(7).flatten(1).requires_grad_()
    given = (values, found.seen, found.said, found.hidden_bias)
    weights = torch.randn(7, 12, dtype=torch.float64)

    one_by_one, in_blocks = NADESteps.apply(*given), found.in_blocks(values)

    torch.testing.assert_close(one_by_one, in_blocks)
    torch.testing.assert_close(
        torch.autograd.grad((one_by_one * weights).sum(), given),
        torch.autograd.grad((in_blocks * weights).sum(), given),
    )


def test_gradients_are_those_of_finite_differences():
    found = network(shape=(1, 2, 2))
    values = images(3, (1, 2, 2)).flatten(1).requires_grad_()

    assert torch.autograd.gradcheck(
        NADESteps.apply, (values, found.seen, found.said, found.hidden_bias)
    )


@ORDERS
def test_a_sample_is_what_is_drawn_of_what_is_said_of_it(order):
    found = network(order)
    chances = images(7)

    def draw(said, chance):
        return (chance < said.sigmoid()).double()

    made = found.sample(chances, draw)

    assert torch.equal(made, draw(found(made), chances))


@ORDERS
def test_what_is_known_is_kept_and_the_rest_is_drawn_given_it(order):
    found = network(order)
    chances, known = images(7), images(7).round()
    known.view(7, -1)[:, found.order[5:]] = math.nan

    def draw(said, chance):
        return (chance < said.sigmoid()).double()

    made = found.sample(chances, draw, known)

    kept = ~known.isnan()
    assert torch.equal(made[kept], known[kept])
    assert torch.equal(made[~kept], draw(found(made), chances)[~kept])


def test_a_random_order_is_that_of_its_seed_and_kept_with_the_weights():
    one = NADE(SHAPE, hidden=2, order="random")
    other = NADE(SHAPE, hidden=2, order="random", order_seed=1)

    assert sorted(one.order.tolist()) == list(range(12))
    assert not torch.equal(one.order, other.order)
    other.load_state_dict(one.state_dict())
    assert torch.equal(one.order, other.order)
    assert NADE(SHAPE, hidden=2).order.tolist() == list(range(12))
