"""Spectral normalisation: torch's own, the singular value decomposition, one step per pass."""

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from gan_lab.networks import strided
from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.spectral import (
    SpectralNorm,
    is_normalised_spectrally,
    normalise_spectrally,
)
from gan_lab.networks.strided import StridedConv2d

LAYERS = {
    "linear": lambda: (nn.Linear(6, 4), torch.randn(3, 6)),
    "convolution": lambda: (nn.Conv2d(3, 5, 3), torch.randn(2, 3, 6, 6)),
    "strided": lambda: (StridedConv2d(3, 5, 4, 1), torch.randn(2, 3, 6, 6)),
}


def layer_of(kind):
    torch.manual_seed(0)
    return LAYERS[kind]()


@pytest.mark.parametrize("kind", LAYERS)
def test_it_is_torchs_bit_for_bit_in_training_and_after(kind):
    ours, images = layer_of(kind)
    normalise_spectrally(ours)
    theirs, _ = layer_of(kind)
    theirs = parametrizations.spectral_norm(theirs)

    for training in (True, True, False):
        ours.train(training)
        theirs.train(training)
        assert torch.equal(ours(images), theirs(images))
    assert {name for name, _ in ours.named_parameters()} == {
        name for name, _ in theirs.named_parameters()
    }


@pytest.mark.parametrize("kind", LAYERS)
def test_after_many_steps_the_largest_singular_value_is_1(kind):
    layer, images = layer_of(kind)
    normalise_spectrally(layer)
    for _ in range(200):
        layer(images)

    original = layer.parametrizations.weight.original.flatten(1)
    largest = torch.linalg.svdvals(original)[0]
    torch.testing.assert_close(layer.eval().weight.flatten(1), original / largest)


@pytest.mark.parametrize("amx", [False, True])
def test_a_forward_pass_is_one_step_of_the_power_iteration(amx, monkeypatch):
    monkeypatch.setattr(strided, "has_amx", lambda: amx)
    torch.manual_seed(0)
    network = DCGANDiscriminator((1, 8, 8), 4, 0.2, norm="spectral")
    steps = []
    step = SpectralNorm._power_method
    monkeypatch.setattr(
        SpectralNorm, "_power_method", lambda self, *given: steps.append(step(self, *given))
    )

    with torch.autocast("cpu", dtype=torch.bfloat16):
        network(torch.randn(2, 1, 8, 8)).sum().backward()

    assert len(steps) == 2  # of a convolution and a linear layer


def test_under_autocast_the_norm_is_that_of_float32():
    layer, _ = layer_of("linear")
    normalise_spectrally(layer.eval())
    wanted = layer.weight

    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(layer.weight, wanted)


def test_every_layer_with_weights_is_normalised():
    network = DCGANDiscriminator((1, 16, 16), 4, 0.2, norm="spectral")

    normalised = [hasattr(layer, "parametrizations") for layer in network.layers]
    has_weights = [isinstance(layer, nn.Conv2d | nn.Linear) for layer in network.layers]
    assert normalised == has_weights
    assert is_normalised_spectrally(network)
    assert not is_normalised_spectrally(DCGANDiscriminator((1, 16, 16), 4, 0.2))


def test_a_penalty_can_be_differentiated_through_it():
    torch.manual_seed(0)
    network = DCGANDiscriminator((1, 8, 8), 2, 0.2, norm="spectral").double().eval()
    images = torch.randn(2, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    weight = network.layers[0].parametrizations.weight.original

    def penalty():
        (slope,) = torch.autograd.grad(network(images).sum(), images, create_graph=True)
        return slope.square().sum()

    (gradient,) = torch.autograd.grad(penalty(), weight)
    step = 1e-6
    with torch.no_grad():
        weight[0, 0, 1, 2] += step
    upper = penalty()
    with torch.no_grad():
        weight[0, 0, 1, 2] -= 2 * step
    difference = (upper - penalty()) / (2 * step)
    torch.testing.assert_close(gradient[0, 0, 1, 2], difference, rtol=1e-5, atol=1e-9)
