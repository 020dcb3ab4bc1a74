"""The small networks of PacGAN's experiments in the plane."""

import math

import pytest
import torch
from torch import nn

from gan_lab.networks.blocks import Maxout
from gan_lab.networks.mixture_mlp import MixtureDiscriminator, MixtureGenerator

POINT = (2, 1, 1)


def generator(shape=POINT, **changes):
    torch.manual_seed(0)
    options = {"hidden": [400] * 4, "weight_std": 0.02}
    return MixtureGenerator(2, shape, (-3.0, 3.0), **options | changes)


def discriminator(shape=POINT, **changes):
    torch.manual_seed(0)
    options = {"hidden": [200] * 3, "pieces": 5, "weight_std": 0.02}
    return MixtureDiscriminator(shape, **options | changes)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize("shape", [POINT, (3, 28, 28)])
def test_latents_become_images_and_images_logits(shape):
    images = generator(shape)(torch.randn(5, 2))

    assert images.shape == (5, *shape)
    assert discriminator(shape)(images).shape == (5,)


def test_points_and_verdicts_keep_full_precision_under_autocast():
    latents, points = torch.randn(5, 2), torch.randn(5, *POINT)

    for network, inputs in ((generator(), latents), (discriminator(), points)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = network(inputs)
        assert torch.equal(found, network(inputs))


def test_points_have_no_bounds():
    network = generator(weight_std=1.0)

    assert network(torch.randn(64, 2)).abs().max() > 30


def test_the_networks_have_as_many_weights_as_the_authors_print():
    # By hand from their code: no bias before a normalisation, which has a gain and a shift.
    hidden = 2 * 400 + 3 * 400 * 400 + 4 * 2 * 400
    assert count(generator()) == hidden + 400 * 2 + 2 == 484_802
    for pack in (1, 2, 3, 4):
        expected = (2 * pack + 1) * 1000 + 2 * (200 + 1) * 1000 + 200 + 1
        assert count(discriminator((2 * pack, 1, 1))) == expected


def test_the_generator_normalises_each_hidden_layer_as_the_authors_library_does():
    layers = list(generator(hidden=[8, 6]).layers)

    assert [type(layer) for layer in layers] == [
        *(nn.Linear, nn.BatchNorm1d, nn.ReLU),
        *(nn.Linear, nn.BatchNorm1d, nn.ReLU),
        *(nn.Linear, nn.Unflatten),
    ]
    assert [layer.bias is None for layer in layers[0:7:3]] == [True, True, False]
    assert (layers[1].eps, layers[1].momentum) == (1e-4, 0.05)


def test_the_discriminator_has_neither_normalisation_nor_dropout():
    layers = list(discriminator(hidden=[8, 6]).layers)

    assert [type(layer) for layer in layers] == [nn.Flatten, Maxout, Maxout, nn.Linear, nn.Flatten]


def linear_layers(network):
    return [module for module in network.modules() if isinstance(module, nn.Linear)]


@pytest.mark.parametrize("std", [0.02, 0.1])
def test_weights_start_normal_and_biases_at_0(std):
    for network in (generator(weight_std=std), discriminator(weight_std=std)):
        layers = linear_layers(network)
        weights = torch.cat([layer.weight.detach().flatten() for layer in layers])
        assert weights.mean().item() == pytest.approx(0, abs=std / 100)
        assert weights.std().item() == pytest.approx(std, rel=0.01)
        assert weights.abs().max() > 4 * std
        assert not any(layer.bias.any() for layer in layers if layer.bias is not None)


def test_without_a_deviation_the_start_is_that_of_torch():
    for network in (generator(weight_std=None), discriminator(weight_std=None)):
        for layer in linear_layers(network):
            bound = 1 / math.sqrt(layer.in_features)
            assert 0.9 * bound < layer.weight.abs().max() <= bound
