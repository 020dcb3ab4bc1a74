"""The convolutional networks of Goodfellow et al., 2014, against the sizes of the authors' code."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Maxout, MaxoutConv2d, RestingDropout
from gan_lab.networks.maxout_conv import DeconvolutionGenerator, MaxoutConvDiscriminator

CIFAR10 = (3, 32, 32)
SHAPES = [(channels, size, size) for channels in (1, 3) for size in (28, 32, 48, 64)]
CONVOLUTIONS = [
    {"channels": 4, "kernel": 8, "padding": 4, "pool": 4},
    {"channels": 5, "kernel": 8, "padding": 3, "pool": 4},
    {"channels": 6, "kernel": 5, "padding": 3, "pool": 2},
]


def generator(shape=CIFAR10, **changes):
    torch.manual_seed(0)
    options = {"hidden": [20], "channels": 4, "kernel": 5, "stride": 3, "weight_range": 0.05}
    return DeconvolutionGenerator(10, shape, (-1.0, 1.0), **options | changes)


def discriminator(shape=CIFAR10, **changes):
    torch.manual_seed(0)
    options = {
        "convolutions": CONVOLUTIONS,
        "convolution_pieces": 2,
        "hidden": [7],
        "pieces": 5,
        "input_dropout": 0.2,
        "dropout": 0.5,
        "weight_range": 0.005,
    }
    return MaxoutConvDiscriminator(shape, **options | changes)


@pytest.mark.parametrize("shape", SHAPES)
def test_latents_become_images_of_the_asked_shape_and_images_logits(shape):
    images = generator(shape)(torch.randn(3, 10))

    assert images.shape == (3, *shape)
    assert discriminator(shape)(images).shape == (3,)


def test_the_feature_maps_of_a_32_pixel_image_are_10_pixels_wide_and_nothing_is_cut_off():
    network = generator()

    maps = network.layers[:-1](torch.randn(1, 10))

    assert maps.shape == (1, 4, 10, 10)
    assert network.layers[-1](maps).shape == (1, *CIFAR10)


def test_the_deconvolution_adds_a_kernel_per_place_of_the_feature_maps():
    network = generator()
    latents = torch.randn(2, 10)
    with torch.no_grad():
        network.bias.copy_(torch.randn(CIFAR10))
    maps = network.layers[:-1](latents)
    kernels = network.layers[-1].weight

    images = network(latents)

    expected = network.bias.repeat(2, 1, 1, 1)
    for row in range(10):
        for column in range(10):
            stamp = torch.einsum("nm,mchw->nchw", maps[:, :, row, column], kernels)
            expected[:, :, 3 * row : 3 * row + 5, 3 * column : 3 * column + 5] += stamp
    torch.testing.assert_close(images, expected)


def test_the_2014_networks_have_the_weights_of_the_formula():
    of_generator = DeconvolutionGenerator(100, CIFAR10, (-1.0, 1.0), [8000], 80, 5, 3, 0.05)
    channels = [32, 32, 192]
    of_discriminator = discriminator(
        convolutions=[c | {"channels": n} for c, n in zip(CONVOLUTIONS, channels, strict=True)],
        hidden=[500],
    )

    expected_generator = 101 * 8000 + 8001 * 8000 + 80 * 3 * 5 * 5 + 3 * 32 * 32
    expected_discriminator = (
        (3 * 8 * 8 + 1) * 64
        + (32 * 8 * 8 + 1) * 64
        + (32 * 5 * 5 + 1) * 384
        # 33, 15 and 9 places become 16, 7 and 5; the authors' partial_sum divides 33 and 15.
        + (192 * 5 * 5 + 1) * 2500
        + 501
    )
    assert sum(weight.numel() for weight in of_generator.parameters()) == expected_generator
    assert sum(weight.numel() for weight in of_discriminator.parameters()) == expected_discriminator


def test_dropout_stands_before_every_layer_that_learns():
    layers = list(discriminator(input_dropout=0.25, dropout=0.75).layers)

    assert [type(layer) for layer in layers] == [
        *(nn.Dropout, MaxoutConv2d) * 3,
        *(nn.Dropout, nn.Flatten, Maxout),
        *(nn.Dropout, nn.Linear, nn.Flatten),
    ]
    shares = [layer.p for layer in layers if isinstance(layer, nn.Dropout)]
    assert shares == [0.25, 0.75, 0.75, 0.75, 0.75]


def test_dropout_that_rests_in_the_generators_phase_is_of_a_kind_of_its_own():
    layers = discriminator(dropout_in_generator_phase=False).layers

    assert {type(layer) for layer in layers if isinstance(layer, nn.Dropout)} == {RestingDropout}


def test_weights_start_uniform_in_their_range_and_biases_at_0():
    for network, width in ((generator(), 0.05), (discriminator(), 0.005)):
        for name, weight in network.named_parameters():
            if name.endswith("bias"):
                assert not weight.any()
            else:
                assert 0.9 * width < weight.abs().max() <= width


def test_images_too_small_for_the_convolutions_are_refused():
    with pytest.raises(ConfigError, match=r"leave nothing of images of 8x8 pixels"):
        discriminator((1, 8, 8), convolutions=[{**CONVOLUTIONS[0], "padding": 0}] * 2)
