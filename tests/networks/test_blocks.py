"""Layers that torch does not have, against their definitions."""

import math

import pytest
import torch

from gan_lab.networks.blocks import Maxout, MaxoutConv2d, ScaledSigmoid, ScaledTanh

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


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "pool"), [(6, 3, 0, 2), (5, 4, 2, 4), (7, 2, 1, 3)]
)
def test_a_maxout_convolution_is_the_largest_answer_of_all_pieces_in_the_pooled_square(
    size, kernel, padding, pool
):
    torch.manual_seed(0)
    layer = MaxoutConv2d(inputs=2, channels=3, pieces=2, kernel=kernel, padding=padding, pool=pool)
    images = torch.randn(1, 2, size, size)
    kernels, biases = layer.convolution.weight, layer.convolution.bias
    padded = torch.nn.functional.pad(images[0], [padding] * 4)
    places = padded.shape[1] - kernel + 1

    output = layer(images)

    def answer(piece, top, left):
        window = padded[:, top : top + kernel, left : left + kernel]
        return ((kernels[piece] * window).sum() + biases[piece]).item()

    side = layer.side(size)
    assert output.shape == (1, 3, side, side)
    # Squares start at every second place, and the last one holds the last place.
    assert 2 * (side - 1) + pool >= places > 2 * (side - 2) + pool
    for channel in range(3):
        for row in range(side):
            for column in range(side):
                answers = [
                    answer(piece, top, left)
                    for piece in (2 * channel, 2 * channel + 1)
                    for top in range(2 * row, min(2 * row + pool, places))
                    for left in range(2 * column, min(2 * column + pool, places))
                ]
                assert output[0, channel, row, column].item() == pytest.approx(
                    max(answers), abs=1e-5
                )


def test_a_maxout_convolution_knows_the_size_of_its_output():
    for size in range(4, 20):
        for kernel, padding, pool in [(8, 4, 4), (8, 3, 4), (5, 3, 2), (3, 0, 1), (1, 0, 3)]:
            layer = MaxoutConv2d(1, 1, 1, kernel, padding, pool)
            if size + 2 * padding - kernel + 1 >= pool:
                output = layer(torch.zeros(1, 1, size, size))
                assert output.shape == (1, 1, layer.side(size), layer.side(size))


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
