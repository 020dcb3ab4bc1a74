"""Layers that torch does not have, against their definitions."""

import math

import pytest
import torch

from gan_lab.networks.blocks import Maxout, ScaledSigmoid, ScaledTanh

RANGES = [(-1.0, 1.0), (0.0, 1.0), (-0.5, 2.0), (0.0, 255.0)]


@pytest.mark.parametrize(("inputs", "units", "pieces"), [(3, 4, 5), (6, 1, 2), (2, 5, 1)])
def test_maxout_is_the_largest_of_each_units_own_linear_pieces(inputs, units, pieces):
    torch.manual_seed(0)
    layer = Maxout(inputs, units, pieces)
    features = torch.randn(7, inputs)
    weights, biases = layer.linear.weight.tolist(), layer.linear.bias.tolist()

    output = layer(features)

    for row, numbers in enumerate(features.tolist()):
        for unit in range(units):
            answers = [
                sum(w * x for w, x in zip(weights[piece], numbers, strict=True)) + biases[piece]
                for piece in range(unit * pieces, (unit + 1) * pieces)
            ]
            assert output[row, unit].item() == pytest.approx(max(answers), abs=1e-5)
    assert output.shape == (7, units)


def test_maxout_sends_the_gradient_through_the_winning_piece_only():
    layer = Maxout(inputs=1, units=1, pieces=3)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0], [3.0], [2.0]]))
        layer.linear.bias.zero_()

    layer(torch.tensor([[2.0]])).sum().backward()

    assert layer.linear.weight.grad.flatten().tolist() == [0.0, 2.0, 0.0]


@pytest.mark.parametrize("squash", [ScaledTanh, ScaledSigmoid])
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_squashed_numbers_reach_both_ends_and_no_further(squash, low, high):
    numbers = torch.tensor([-1e9, -100.0, 0.0, 100.0, 1e9])

    squashed = squash(low, high)(numbers).tolist()

    assert squashed == [low, low, (low + high) / 2, high, high]


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_scaled_tanh_is_tanh_stretched_to_the_range(low, high):
    numbers = torch.linspace(-4, 4, 33, dtype=torch.float64)

    squashed = ScaledTanh(low, high)(numbers)

    expected = [low + (high - low) * (math.tanh(number) + 1) / 2 for number in numbers.tolist()]
    assert squashed.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_scaled_sigmoid_is_the_logistic_function_stretched_to_the_range(low, high):
    numbers = torch.linspace(-4, 4, 33, dtype=torch.float64)

    squashed = ScaledSigmoid(low, high)(numbers)

    expected = [low + (high - low) / (1 + math.exp(-number)) for number in numbers.tolist()]
    assert squashed.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("squash", [ScaledTanh, ScaledSigmoid])
def test_squashing_keeps_the_shape(squash):
    assert squash(0.0, 1.0)(torch.zeros(2, 3, 4, 4)).shape == (2, 3, 4, 4)
