"""Stacks of fully connected layers."""

import pytest
import torch
from torch import nn

from gan_lab.networks.fully_connected import (
    Float32Layers,
    initialise,
    linear_layers,
    maxout_layers,
    normal,
    uniform,
)


def test_each_layer_has_the_units_and_the_activation_that_were_named():
    layers = linear_layers(3, [5, 2], [nn.ReLU, nn.Sigmoid])

    shapes = [(layer.in_features, layer.out_features) for layer in layers[::2]]
    assert shapes == [(3, 5), (5, 2)]
    assert [type(layer) for layer in layers[1::2]] == [nn.ReLU, nn.Sigmoid]


def test_a_unit_is_the_largest_of_its_pieces():
    layers = maxout_layers(2, [3], pieces=4)
    features = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))

    pieces = next(layer for layer in layers[0].modules() if isinstance(layer, nn.Linear))
    largest = pieces(features).view(6, 3, 4).amax(dim=2)
    torch.testing.assert_close(layers[0](features), largest)
    assert nn.Sequential(*layers)(features).shape == (6,)


def test_dropout_stands_behind_each_maxout_layer():
    layers = maxout_layers(2, [3, 3], pieces=2, drop=nn.Dropout)

    assert [isinstance(layer, nn.Dropout) for layer in layers[:-2]] == [False, True, False, True]


def test_numbers_near_1_stay_apart_under_autocast():
    layers = Float32Layers(nn.Linear(1, 1))
    numbers = torch.tensor([[1.0], [1.001]])

    with torch.autocast("cpu", torch.bfloat16):
        near, plain = layers(numbers), layers[0](numbers)

    assert near.dtype == torch.float32
    assert near[0] != near[1]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("draw", [uniform(0.5), normal(0.5 / 3**0.5)])
def test_all_weights_are_drawn_anew_with_the_spread_that_was_asked_for(draw):
    network = nn.Sequential(nn.Linear(100, 100), nn.Conv2d(100, 100, 1), nn.BatchNorm2d(100))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        initialise(network, draw)

    for layer in network[:2]:
        assert layer.weight.std().item() == pytest.approx(0.5 / 3**0.5, rel=0.05)
        assert layer.bias.count_nonzero() == 0
    assert network[2].weight.eq(1).all()
