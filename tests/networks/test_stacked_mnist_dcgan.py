"""The networks of PacGAN's stacked MNIST experiments, against figures from the authors' code."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.stacked_mnist_dcgan import (
    StackedMNISTDiscriminator,
    StackedMNISTGenerator,
    halved,
)

RGB = (3, 28, 28)
SMALL = {"channels": [64, 32, 16, 8], "kernel": 3, "last_stride": 1}
LARGE = {"channels": [512, 256, 128, 64], "kernel": 5, "last_stride": 2}
QUARTER = {"channels": [2, 4, 8], "kernel": 3, "slope": 0.3, "normalise_first": True}
HALF = QUARTER | {"channels": [4, 8, 16]}
FULL = {"channels": [64, 128, 256, 512], "kernel": 5, "slope": 0.2, "normalise_first": False}


def generator(latent_dim=256, shape=RGB, value_range=(-1.0, 1.0), **options):
    torch.manual_seed(0)
    return StackedMNISTGenerator(latent_dim, shape, value_range, **SMALL | options)


def discriminator(shape=RGB, **options):
    torch.manual_seed(0)
    return StackedMNISTDiscriminator(shape, **QUARTER | options)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def sides_of(network, start):
    """Return the channels and side after each convolution, from what really flows through."""
    found = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.register_forward_hook(lambda _, __, out: found.append(tuple(out.shape[1:3])))
    network(start)
    return found


def test_the_small_generator_grows_from_4_to_28_and_ends_in_a_convolution():
    flow = sides_of(generator(), torch.randn(2, 256))

    assert flow == [(32, 7), (16, 14), (8, 28), (3, 28)]


def test_the_large_generator_grows_from_2_to_28():
    flow = sides_of(generator(100, **LARGE), torch.randn(2, 100))

    assert flow == [(256, 4), (128, 7), (64, 14), (3, 28)]


@pytest.mark.parametrize(
    ("options", "flow"),
    [
        (QUARTER, [(2, 14), (4, 7), (8, 4)]),
        (HALF, [(4, 14), (8, 7), (16, 4)]),
        (FULL, [(64, 14), (128, 7), (256, 4), (512, 2)]),
    ],
)
def test_the_discriminators_shrink_from_28(options, flow):
    assert sides_of(discriminator(**options), torch.randn(2, *RGB)) == flow


def test_the_generators_have_as_many_weights_as_the_authors_layers():
    # Projection and biases, then a gain and a shift per normalised channel.
    projection, norms = 256 * 1024 + 1024, 2 * (64 + 32 + 16 + 8)
    small = (64 * 32 + 32 * 16 + 16 * 8 + 8 * 3) * 9 + (32 + 16 + 8 + 3)
    assert count(generator()) == projection + norms + small == 287_875

    projection, norms = 100 * 2048 + 2048, 2 * (512 + 256 + 128 + 64)
    large = (512 * 256 + 256 * 128 + 128 * 64 + 64 * 3) * 25 + (256 + 128 + 64 + 3)
    assert count(generator(100, **LARGE)) == projection + norms + large


@pytest.mark.parametrize("pack", [1, 2, 3, 4])
def test_the_discriminators_have_as_many_weights_as_the_authors_layers(pack):
    image, shape = 3 * pack, (3 * pack, 28, 28)
    quarter = (image * 2 + 2 * 4 + 4 * 8) * 9 + 3 * (2 + 4 + 8) + 8 * 4 * 4 + 1
    half = (image * 4 + 4 * 8 + 8 * 16) * 9 + 3 * (4 + 8 + 16) + 16 * 4 * 4 + 1
    full = (image * 64 + 64 * 128 + 128 * 256 + 256 * 512) * 25
    full += 64 + 3 * (128 + 256 + 512) + 512 * 2 * 2 + 1

    assert count(discriminator(shape, **QUARTER)) == quarter
    assert count(discriminator(shape, **HALF)) == half
    assert count(discriminator(shape, **FULL)) == full
    assert quarter == 531 + 54 * pack


def test_every_layer_is_normalised_where_the_authors_normalise():
    def kinds(network):
        return [type(layer).__name__ for layer in network.layers]

    hidden = ["StridedConv2d", "BatchNorm2d", "LeakyReLU"]
    end = ["Flatten", "Linear", "Flatten"]
    assert kinds(discriminator(**QUARTER)) == [*hidden * 3, *end]
    assert kinds(discriminator(**FULL)) == ["StridedConv2d", "LeakyReLU", *hidden * 3, *end]
    doubling = ["BatchNorm2d", "ReLU", "StridedConvTranspose2d"]
    last = ["BatchNorm2d", "ReLU", "Conv2d", "ScaledTanh"]
    assert kinds(generator()) == ["Linear", "Unflatten", *doubling * 3, *last]
    assert kinds(generator(**LARGE)) == ["Linear", "Unflatten", *doubling * 4, "ScaledTanh"]


@pytest.mark.parametrize("shape", [(c, s, s) for c in (1, 3) for s in (28, 32, 48, 64)])
@pytest.mark.parametrize(("g", "d"), [(SMALL, QUARTER), (LARGE, FULL)], ids=["small", "large"])
def test_they_work_on_any_images(shape, g, d):
    g = g | {"channels": [channels // 8 for channels in g["channels"]]}
    d = d | {"channels": [2 for _ in d["channels"]]}

    images = generator(7, shape, (0.0, 1.0), **g)(torch.randn(2, 7))

    assert images.shape == (2, *shape)
    assert 0 <= images.min() <= images.max() <= 1
    assert discriminator(shape, **d)(images).shape == (2,)


def test_leaky_relu_has_the_slope_that_was_asked_for():
    layers = discriminator(slope=0.07).layers

    assert {layer.negative_slope for layer in layers if isinstance(layer, nn.LeakyReLU)} == {0.07}


@pytest.mark.parametrize(
    "network", [generator(100, **LARGE), discriminator(**FULL)], ids=["generator", "discriminator"]
)
def test_weights_start_as_the_authors_weights_do(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert (module.weight == 1).all()
            assert not module.bias.any()
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            weights = module.weight.detach()
            assert not module.bias.any()
            if isinstance(module, nn.Conv2d):
                # A normal distribution cut at two deviations has 0.8796 of its deviation left.
                assert weights.abs().max() <= 0.04
                assert weights.std().item() == pytest.approx(0.02 * 0.8796, rel=0.03)
            else:
                assert weights.std().item() == pytest.approx(0.02, rel=0.03)


def test_sides_are_halved_upwards():
    assert halved(28, 4) == [28, 14, 7, 4, 2]


@pytest.mark.parametrize("kernel", [2, 4])
def test_a_kernel_without_a_middle_is_refused(kernel):
    for player, build in (("generator", generator), ("discriminator", discriminator)):
        with pytest.raises(ConfigError, match=rf"model\.{player}\.kernel={kernel} must be an odd"):
            build(kernel=kernel)
