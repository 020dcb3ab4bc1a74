"""The layer that turns gradients round, against finite differences and against a mistake."""

import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_lab.networks.gradient_reversal import reversed_gradient


def networks():
    torch.manual_seed(0)
    below = nn.Sequential(nn.Linear(3, 4), nn.Tanh()).double()
    above = nn.Sequential(nn.Linear(4, 1), nn.Flatten(0)).double()
    return below, above, torch.randn(5, 3, dtype=torch.float64), torch.tensor([0.0, 1, 1, 0, 1])


def loss_of(below, above, inputs, sides, strength=None):
    features = below(inputs)
    if strength is not None:
        features = reversed_gradient(features, strength)
    return binary_cross_entropy_with_logits(above(features), sides.double())


def slopes(weight, value):
    """Return the derivatives of `value()` by central differences."""
    found = torch.zeros_like(weight)
    for index in range(weight.numel()):
        sides = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                weight.view(-1)[index] += step
                sides.append(value().item())
                weight.view(-1)[index] -= step
        found.view(-1)[index] = (sides[0] - sides[1]) / 2e-6
    return found


@pytest.mark.parametrize("strength", [0.0, 0.3, torch.tensor(2.0)])
def test_below_it_the_gradient_is_turned_round_and_above_it_is_as_ever(strength):
    below, above, inputs, sides = networks()

    loss_of(below, above, inputs, sides, strength).backward()

    for network, factor in ((below, -float(strength)), (above, 1.0)):
        for weight in network.parameters():
            slope = slopes(weight, lambda: loss_of(below, above, inputs, sides))
            torch.testing.assert_close(weight.grad, factor * slope, rtol=1e-6, atol=1e-8)


def test_forwards_nothing_changes():
    features = torch.randn(2, 3)

    assert torch.equal(reversed_gradient(features, 0.7), features)


def test_it_is_not_a_negated_loss_which_would_teach_the_head_to_be_wrong():
    below, above, inputs, sides = networks()
    (-loss_of(below, above, inputs, sides)).backward()
    negated = [weight.grad.clone() for weight in (*below.parameters(), *above.parameters())]
    below.zero_grad()
    above.zero_grad()

    loss_of(below, above, inputs, sides, 1.0).backward()

    reversed_ = [weight.grad for weight in (*below.parameters(), *above.parameters())]
    torch.testing.assert_close(reversed_[:2], negated[:2])
    torch.testing.assert_close(reversed_[2:], [-gradient for gradient in negated[2:]])
    assert all(gradient.abs().max() > 1e-4 for gradient in negated)


def test_half_precision_stays_what_it_is():
    features = torch.randn(4, dtype=torch.bfloat16, requires_grad=True)

    reversed_gradient(features, torch.tensor(0.5)).sum().backward()

    assert features.grad.dtype == torch.bfloat16
    assert features.grad.tolist() == [-0.5] * 4
