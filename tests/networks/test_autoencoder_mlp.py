"""Fully connected encoders and decoders: sizes, and linear where there are no hidden layers."""

import torch
from torch import nn

from gan_lab.networks.autoencoder_mlp import MLPDecoder, MLPEncoder

SHAPE = (2, 3, 5)


def sizes(network):
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    return [tuple(layer.weight.shape) for layer in layers]


def test_hidden_layers_have_their_units_and_the_code_its_numbers():
    encoder = MLPEncoder(SHAPE, code_size=8, hidden=[20, 10], activation="tanh")
    decoder = MLPDecoder(4, SHAPE, hidden=[10, 20], activation="tanh", dropout=0.2)

    assert sizes(encoder) == [(20, 30), (10, 20), (8, 10)]
    assert sizes(decoder) == [(10, 4), (20, 10), (30, 20)]
    assert encoder(torch.randn(6, *SHAPE)).shape == (6, 8)
    assert decoder(torch.randn(6, 4)).shape == (6, *SHAPE)
    assert sum(isinstance(layer, nn.Dropout) for layer in decoder.modules()) == 2
    assert sum(isinstance(layer, nn.Tanh) for layer in encoder.modules()) == 2


def test_a_normalised_code_is_not_the_same_for_all_images():
    torch.manual_seed(0)
    alike = torch.ones(1, *SHAPE) + 1e-2 * torch.randn(50, *SHAPE)
    plain = MLPEncoder(SHAPE, code_size=4, hidden=[20], activation="relu")
    normalised = MLPEncoder(SHAPE, code_size=4, hidden=[20], activation="relu", code_norm="batch")

    assert plain(alike).std(dim=0).max() < 0.05
    torch.testing.assert_close(normalised(alike).mean(dim=0), torch.zeros(4), rtol=0, atol=1e-4)
    assert normalised(alike).std(dim=0).min() > 0.8


def test_without_hidden_layers_both_are_linear():
    encoder = MLPEncoder(SHAPE, code_size=4, hidden=[], activation="relu")
    decoder = MLPDecoder(4, SHAPE, hidden=[], activation="relu")
    one, other = torch.randn(2, 1, *SHAPE)

    both = decoder(encoder(one + other))

    apart = decoder(encoder(one)) + decoder(encoder(other)) - decoder(encoder(0 * one))
    torch.testing.assert_close(both, apart)
