"""The fully connected networks of Goodfellow et al., 2014."""

import math

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Maxout, ScaledSigmoid
from gan_lab.networks.mlp import MLPDiscriminator, MLPGenerator

SHAPES = [(channels, size, size) for channels in (1, 3) for size in (28, 32, 48, 64)]
MNIST = (1, 28, 28)


def generator(shape=MNIST, value_range=(-1.0, 1.0), **changes):
    torch.manual_seed(0)
    options = {"hidden": [30, 20], "activations": ["relu", "sigmoid"], "weight_range": 0.05}
    return MLPGenerator(10, shape, value_range, **options | changes)


def discriminator(shape=MNIST, **changes):
    torch.manual_seed(0)
    options = {
        "hidden": [12, 8],
        "pieces": 5,
        "input_dropout": 0.2,
        "dropout": 0.5,
        "weight_range": 0.005,
    }
    return MLPDiscriminator(shape, **options | changes)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize("shape", SHAPES)
def test_generator_maps_latents_to_images_of_the_asked_shape(shape):
    assert generator(shape)(torch.randn(2, 10)).shape == (2, *shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [1, 3])
def test_discriminator_maps_images_to_one_logit_each(shape, n):
    assert discriminator(shape)(torch.randn(n, *shape)).shape == (n,)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0), (-0.5, 0.5)])
def test_images_fill_the_value_range_and_stay_in_it(low, high):
    images = generator(value_range=(low, high), weight_range=100.0)(torch.randn(8, 10))

    assert images.min() == low
    assert images.max() == high


def test_logits_are_not_squashed():
    logits = discriminator(weight_range=1.0).eval()(10 * torch.randn(64, *MNIST))

    assert logits.abs().max() > 10


def test_generator_layers_are_those_that_were_named():
    network = generator(hidden=[30, 20, 40], activations=["relu", "sigmoid", "relu"])

    kinds = [type(layer) for layer in network.layers]
    assert kinds == [
        *(nn.Linear, nn.ReLU),
        *(nn.Linear, nn.Sigmoid),
        *(nn.Linear, nn.ReLU),
        *(nn.Linear, ScaledSigmoid, nn.Unflatten),
    ]
    assert [layer.out_features for layer in network.layers[::2][:4]] == [30, 20, 40, 784]


def test_dropout_stands_before_every_layer_that_learns():
    layers = list(discriminator(input_dropout=0.25, dropout=0.75).layers)

    kinds = [type(layer) for layer in layers]
    assert kinds == [
        *(nn.Flatten, nn.Dropout, Maxout),
        *(nn.Dropout, Maxout),
        *(nn.Dropout, nn.Linear, nn.Flatten),
    ]
    assert [layer.p for layer in layers if isinstance(layer, nn.Dropout)] == [0.25, 0.75, 0.75]


def test_dropout_works_in_training_and_not_in_evaluation():
    network = discriminator(weight_range=0.5)
    images = torch.randn(4, *MNIST)

    in_training = [network.train()(images) for _ in range(2)]
    in_evaluation = [network.eval()(images) for _ in range(2)]

    assert not torch.equal(*in_training)
    assert torch.equal(*in_evaluation)


def test_the_2014_mnist_networks_have_the_weights_of_the_formula():
    pixels = 28 * 28
    of_generator = MLPGenerator(
        100, MNIST, (0.0, 1.0), hidden=[1200, 1200], activations=["relu", "relu"], weight_range=0.05
    )
    of_discriminator = discriminator(hidden=[240, 240])

    expected_generator = (100 + 1) * 1200 + (1200 + 1) * 1200 + (1200 + 1) * pixels
    expected_discriminator = (pixels + 1) * 240 * 5 + (240 + 1) * 240 * 5 + (240 + 1)
    assert count(of_generator) == expected_generator == 2_503_984
    assert count(of_discriminator) == expected_discriminator == 1_231_441


@pytest.mark.parametrize("width", [0.05, 0.005])
def test_weights_start_uniform_in_their_range_and_biases_at_0(width):
    networks = (
        generator(hidden=[200, 200], weight_range=width),
        discriminator(hidden=[100, 100], weight_range=width),
    )

    for network in networks:
        layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
        weights = torch.cat([layer.weight.detach().flatten() for layer in layers])
        assert weights.abs().max() <= width
        assert weights.max() > 0.999 * width
        assert weights.min() < -0.999 * width
        assert weights.std().item() == pytest.approx(width / math.sqrt(3), rel=0.01)
        assert not any(layer.bias.any() for layer in layers)


def test_the_networks_compute_what_their_layers_say():
    network = generator(hidden=[3], activations=["sigmoid"], value_range=(0.0, 2.0))
    latents = torch.randn(2, 10)
    first, last = (layer for layer in network.layers if isinstance(layer, nn.Linear))

    images = network(latents)

    hidden = 1 / (1 + torch.exp(-(latents @ first.weight.T + first.bias)))
    expected = 2 / (1 + torch.exp(-(hidden @ last.weight.T + last.bias)))
    torch.testing.assert_close(images, expected.reshape(2, *MNIST))


def test_activations_of_another_number_than_the_layers_are_refused():
    message = (
        r"model\.generator\.activations=\['relu'\] must name one activation for "
        r"each of the 2 layers of model\.generator\.hidden=\[30, 20\]"
    )

    with pytest.raises(ConfigError, match=message):
        generator(activations=["relu"])


@pytest.mark.parametrize(
    ("activation", "hint"),
    [("rleu", "Did you mean 'relu'"), ("tanhh", "Known here: relu, sigmoid")],
)
def test_an_unknown_activation_is_refused_with_the_known_ones(activation, hint):
    message = rf"model\.generator\.activations has '{activation}'\. {hint}"

    with pytest.raises(ConfigError, match=message):
        generator(activations=["relu", activation])


@pytest.mark.parametrize("name", ["input_dropout", "dropout"])
@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5, float("nan")])
def test_a_dropout_that_is_no_share_is_refused(name, share):
    message = rf"model\.discriminator\.{name}={share} must be at least 0 and below 1"

    with pytest.raises(ConfigError, match=message):
        discriminator(**{name: share})


@pytest.mark.parametrize("name", ["input_dropout", "dropout"])
def test_a_dropout_of_0_is_accepted(name):
    discriminator(**{name: 0.0})
