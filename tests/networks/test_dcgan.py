"""DCGAN: the shapes, the ranges and the rules of Radford et al., 2016."""

import re
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from gan_lab.errors import ConfigError
from gan_lab.networks.dcgan import (
    DCGANDiscriminator,
    DCGANGenerator,
    FeaturesFromImages,
    ImagesFromFeatures,
    stages,
)

SIDES = {28: [28, 14, 7, 4], 32: [32, 16, 8, 4], 48: [48, 24, 12, 6, 3], 64: [64, 32, 16, 8, 4]}
SHAPES = [(channels, size, size) for channels in (1, 3) for size in SIDES]
WIDTH, Z = 8, 10


def generator(shape=(1, 28, 28), value_range=(-1.0, 1.0), width=WIDTH):
    torch.manual_seed(0)
    return DCGANGenerator(Z, shape, value_range, width)


def discriminator(shape=(1, 28, 28), width=WIDTH):
    torch.manual_seed(0)
    return DCGANDiscriminator(shape, width, slope=0.2)


def kinds(network, *wanted):
    return [layer for layer in network.layers if isinstance(layer, wanted)]


@pytest.mark.parametrize("shape", SHAPES)
def test_generator_maps_latents_to_images_of_the_asked_shape(shape):
    assert generator(shape)(torch.randn(2, Z)).shape == (2, *shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [1, 3])
def test_discriminator_maps_images_to_one_logit_each(shape, n):
    network = discriminator(shape).eval()

    assert network(torch.randn(n, *shape)).shape == (n,)


def test_logits_are_not_squashed():
    network = discriminator().eval()

    logits = network(1e6 * torch.randn(64, 1, 28, 28))

    assert logits.min() < -2
    assert logits.max() > 2


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0), (-0.5, 0.5)])
def test_images_fill_the_value_range_and_stay_in_it(low, high):
    network = generator(value_range=(low, high))
    with torch.no_grad():
        kinds(network, nn.ConvTranspose2d)[-1].weight.mul_(1000)

    images = network(torch.randn(8, Z))

    assert images.min() == low
    assert images.max() == high


@pytest.mark.parametrize("size", SIDES)
def test_generator_normalises_every_layer_but_the_last(size):
    layers = list(generator((1, size, size)).layers)

    names = [type(layer).__name__ for layer in layers]
    first = ["Linear", "ImagesFromFeatures", "BatchNorm2d", "ReLU"]
    hidden = ["StridedConvTranspose2d", "BatchNorm2d", "ReLU"]
    last = ["StridedConvTranspose2d", "ScaledTanh"]
    assert names == [*first, *hidden * (len(SIDES[size]) - 2), *last]


@pytest.mark.parametrize("size", SIDES)
def test_discriminator_normalises_every_hidden_layer_but_the_first(size):
    layers = list(discriminator((1, size, size)).layers)

    names = [type(layer).__name__ for layer in layers]
    hidden = ["StridedConv2d", "BatchNorm2d", "LeakyReLU"]
    last = ["FeaturesFromImages", "Linear", "Flatten"]
    assert names == ["StridedConv2d", "LeakyReLU", *hidden * (len(SIDES[size]) - 2), *last]


@pytest.mark.parametrize(
    "network", [generator(), discriminator()], ids=["generator", "discriminator"]
)
def test_a_bias_stands_exactly_where_no_normalisation_follows(network):
    layers = [layer for layer in network.layers if not isinstance(layer, ImagesFromFeatures)]

    for layer, following in pairwise(layers):
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            assert (layer.bias is None) == isinstance(following, nn.BatchNorm2d)


def test_sizes_change_by_strides_alone():
    networks = [generator((1, 64, 64)), discriminator((1, 64, 64))]

    for network in networks:
        inner = kinds(network, nn.Conv2d, nn.ConvTranspose2d)
        strides = [layer.stride for layer in inner]
        assert strides.count((2, 2)) == len(SIDES[64]) - 1
        assert not any(re.search("Pool|Upsample", repr(layer)) for layer in network.modules())


def test_leaky_relu_has_the_slope_that_was_asked_for():
    torch.manual_seed(0)
    network = DCGANDiscriminator((1, 28, 28), WIDTH, slope=0.07)

    assert {layer.negative_slope for layer in kinds(network, nn.LeakyReLU)} == {0.07}


def test_the_papers_64_pixel_network_has_the_papers_channels():
    network = generator((3, 64, 64), width=128)

    channels = [layer.out_channels for layer in kinds(network, nn.ConvTranspose2d)]
    assert kinds(network, nn.Linear)[0].out_features == 4 * 4 * 1024
    assert channels == [512, 256, 128, 3]


def test_discriminator_doubles_its_channels_per_stage():
    network = discriminator((3, 64, 64), width=WIDTH)

    assert [layer.out_channels for layer in kinds(network, nn.Conv2d)] == [8, 16, 32, 64]
    assert kinds(network, nn.Linear)[0].in_features == 4 * 4 * 64


def test_features_and_images_are_each_others_inverse_and_share_their_memory():
    features = torch.arange(2 * 3 * 3 * 5.0).view(2, 45)

    images = ImagesFromFeatures(3, 3)(features)

    assert images.shape == (2, 5, 3, 3)
    assert images[1, 2, 0, 1] == features[1, 1 * 5 + 2]  # the second pixel's third channel
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert images.data_ptr() == features.data_ptr()
    assert torch.equal(FeaturesFromImages()(images), features)


def test_the_last_layer_is_a_convolution_over_all_that_is_left():
    network = discriminator((1, 32, 32))
    *body, _, last, _ = network.layers
    images = torch.randn(6, 1, 32, 32)

    logits = network(images)

    kernel = last.weight.view(1, 4, 4, -1).permute(0, 3, 1, 2)
    by_convolution = conv2d(nn.Sequential(*body)(images), kernel, last.bias).flatten()
    torch.testing.assert_close(logits, by_convolution)


@pytest.mark.parametrize(
    "network",
    [generator((3, 64, 64), width=32), discriminator((3, 64, 64), width=32)],
    ids=["generator", "discriminator"],
)
def test_weights_start_normal_with_deviation_0_02_and_biases_at_0(network):
    for layer in kinds(network, nn.Conv2d, nn.ConvTranspose2d, nn.Linear):
        weights = layer.weight.detach()
        # Five standard errors of the mean and of the deviation of that many normal numbers.
        error = 5 * 0.02 / weights.numel() ** 0.5
        assert weights.mean().item() == pytest.approx(0, abs=error)
        assert weights.std().item() == pytest.approx(0.02, abs=error)
        assert layer.bias is None or not layer.bias.any()
        if weights.numel() > 10_000:  # 3 is the normal distribution's own; the uniform one has 1.8
            assert (weights / 0.02).pow(4).mean().item() == pytest.approx(3, rel=0.1)
    for layer in kinds(network, nn.BatchNorm2d):
        error = 5 * 0.02 / layer.num_features**0.5
        assert layer.weight.mean().item() == pytest.approx(1, abs=error)
        assert layer.weight.std().item() == pytest.approx(0.02, abs=error)
        assert not layer.bias.any()


@pytest.mark.parametrize("shape", SHAPES)
def test_both_networks_have_the_weights_of_the_formula(shape):
    channels, size, _ = shape
    *larger, smallest = SIDES[size]
    kernels = [9 if side % 2 else 16 for side in larger]
    widths = [WIDTH * 2**stage for stage in range(len(larger))]
    inner = sum(
        small * large * kernel
        for (small, large), kernel in zip(pairwise(widths), kernels[1:], strict=True)
    )
    outer = WIDTH * channels * kernels[0]

    in_generator = Z * widths[-1] * smallest**2 + inner + 2 * sum(widths) + outer + channels
    in_discriminator = outer + WIDTH + inner + 2 * sum(widths[1:]) + widths[-1] * smallest**2 + 1

    assert sum(weight.numel() for weight in generator(shape).parameters()) == in_generator
    assert sum(weight.numel() for weight in discriminator(shape).parameters()) == in_discriminator


def test_every_weight_gets_a_gradient():
    networks = generator(), discriminator()

    networks[1](networks[0](torch.randn(4, Z))).sum().backward()

    for network in networks:
        assert all(weight.grad is not None and weight.grad.any() for weight in network.parameters())


@pytest.mark.parametrize(("size", "expected"), [(8, [8, 4]), (9, [9, 5, 3]), *SIDES.items()])
def test_sides_are_halved_rounding_up_to_3_or_4(size, expected):
    assert stages(size, size) == [(side, side) for side in expected]


def test_both_sides_are_halved_until_the_shorter_one_has_3_or_4_pixels():
    assert stages(64, 96) == [(64, 96), (32, 48), (16, 24), (8, 12), (4, 6)]
    assert stages(100, 60) == [(100, 60), (50, 30), (25, 15), (13, 8), (7, 4)]


@pytest.mark.parametrize("size", [8, 9, 17, 30, 33, 100])
def test_every_size_from_8_on_can_be_made_and_judged(size):
    images = generator((3, size, size))(torch.randn(2, Z))

    assert images.shape == (2, 3, size, size)
    assert discriminator((3, size, size))(images).shape == (2,)


@pytest.mark.parametrize("build", [generator, discriminator])
def test_points_of_the_plane_are_refused_with_the_models_that_take_them(build):
    message = r"model=dcgan needs images of at least 8x8 .* 1x1.* model=mlp, or model=mixture_mlp"

    with pytest.raises(ConfigError, match=message):
        build((2, 1, 1))
