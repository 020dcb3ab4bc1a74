"""Every model makes and judges images of any size that it can, and names the nearest where not."""

import itertools

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from gan_lab.networks.density_mlp import DensityDiscriminator, DensityGenerator
from gan_lab.networks.infogan import InfoGANDiscriminator, InfoGANGenerator
from gan_lab.networks.maxout_conv import DeconvolutionGenerator, MaxoutConvDiscriminator
from gan_lab.networks.mixture_mlp import MixtureDiscriminator, MixtureGenerator
from gan_lab.networks.mlp import MLPDiscriminator, MLPGenerator
from gan_lab.networks.pack import Packed
from gan_lab.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator
from gan_lab.networks.r3gan import R3GANDiscriminator, R3GANGenerator
from gan_lab.networks.resnet import ResNetDiscriminator, ResNetGenerator
from gan_lab.networks.stacked_mnist_dcgan import StackedMNISTDiscriminator, StackedMNISTGenerator

Z, RANGE = 5, (-1.0, 1.0)
SIZES = [(28, 28), (32, 32), (64, 96), (48, 32), (40, 40), (100, 60), (9, 33), (1, 1), (7, 8)]
CONVOLUTIONS = [  # as in conf/model/maxout_conv.yaml
    {"channels": 4, "kernel": 8, "padding": 4, "pool": 4},
    {"channels": 5, "kernel": 8, "padding": 3, "pool": 4},
    {"channels": 6, "kernel": 5, "padding": 3, "pool": 2},
]
DROPOUT = {"input_dropout": 0.2, "dropout": 0.5}
PARTS = {
    "dcgan generator": lambda shape: DCGANGenerator(Z, shape, RANGE, 4),
    "dcgan discriminator": lambda shape: DCGANDiscriminator(shape, 4, 0.2),
    "resnet generator": lambda shape: ResNetGenerator(Z, shape, RANGE, 1, "batch"),
    "resnet discriminator": lambda shape: ResNetDiscriminator(shape, 1, "spectral", 0),
    "mlp generator": lambda shape: MLPGenerator(Z, shape, RANGE, [6], ["relu"], 0.05),
    "mlp discriminator": lambda shape: MLPDiscriminator(
        shape, [6], 2, **DROPOUT, weight_range=0.05
    ),
    "mixture_mlp generator": lambda shape: MixtureGenerator(Z, shape, RANGE, [6], 0.02),
    "mixture_mlp discriminator": lambda shape: MixtureDiscriminator(shape, [6], 2, 0.02),
    "density_mlp generator": lambda shape: DensityGenerator(Z, shape, RANGE, [6]),
    "density_mlp discriminator": lambda shape: DensityDiscriminator(shape, [6]),
    "maxout_conv generator": lambda shape: DeconvolutionGenerator(
        Z, shape, RANGE, [6], channels=4, kernel=5, stride=3, weight_range=0.05
    ),
    "maxout_conv discriminator": lambda shape: MaxoutConvDiscriminator(
        shape, CONVOLUTIONS, 2, [7], 5, **DROPOUT, weight_range=0.005
    ),
    "stacked_mnist_dcgan generator": lambda shape: StackedMNISTGenerator(
        Z, shape, RANGE, [8, 4, 2], kernel=5, last_stride=2
    ),
    "stacked_mnist_dcgan discriminator": lambda shape: StackedMNISTDiscriminator(
        shape, [2, 4, 8, 8], kernel=5, slope=0.2, normalise_first=False
    ),
    "stacked_mnist_dcgan_quarter generator": lambda shape: StackedMNISTGenerator(
        Z, shape, RANGE, [8, 4, 2, 2], kernel=3, last_stride=1
    ),
    "infogan generator": lambda shape: InfoGANGenerator(Z, shape, RANGE, 4, 6),
    "infogan discriminator": lambda shape: InfoGANDiscriminator(shape, 4, 6, 0.01),
    "progressive generator": lambda shape: ProgressiveGenerator(Z, shape, 4),
    "progressive discriminator": lambda shape: ProgressiveDiscriminator(shape, 4, 0),
    "r3gan generator": lambda shape: R3GANGenerator(Z, shape, RANGE, 8, 1, 4),
    "r3gan discriminator": lambda shape: R3GANDiscriminator(shape, 8, 1, 4),
    "packed dcgan discriminator": lambda shape: Packed(
        DCGANDiscriminator((2 * shape[0], *shape[1:]), 4, 0.2), 2
    ),
}
IMPOSSIBLE = {
    ("dcgan", (1, 1)): "8x8",
    ("dcgan", (7, 8)): "8x8",
    ("maxout_conv discriminator", (1, 1)): "8x8",
    ("maxout_conv discriminator", (7, 8)): "8x8",
    ("r3gan", (28, 28)): "32x32",
    ("progressive", (28, 28)): "32x32",
    ("r3gan", (40, 40)): "32x32",
    ("progressive", (40, 40)): "32x32",
    ("r3gan", (100, 60)): "112x64",
    ("progressive", (100, 60)): "112x64",
    ("r3gan", (9, 33)): "8x30",
    ("progressive", (9, 33)): "8x30",
    ("infogan", (1, 1)): "4x4",
    ("r3gan", (1, 1)): "4x4",
    ("progressive", (1, 1)): "4x4",
    ("r3gan", (7, 8)): "8x10",
    ("progressive", (7, 8)): "8x10",
    ("resnet", (28, 28)): "32x32",
    ("resnet", (100, 60)): "96x64",
    ("resnet", (9, 33)): "32x32",
    ("resnet", (1, 1)): "32x32",
    ("resnet", (7, 8)): "32x32",
}


def nearest_that_can(part, size):
    for (network, refused), nearest in IMPOSSIBLE.items():
        if part.removeprefix("packed ").startswith(network) and size == refused:
            return nearest
    return None


@pytest.mark.parametrize("part", PARTS)
def test_a_size_is_made_and_judged_exactly_or_refused_with_the_nearest(part):
    for channels, size in itertools.product((1, 3, 4), SIZES):
        check_size(part, (channels, *size))


def check_size(part, shape):
    size = shape[1:]
    possible = nearest_that_can(part, size)
    if possible:
        with pytest.raises(ConfigError, match=f"{size[0]}x{size[1]}.* nearest size .*{possible}"):
            PARTS[part](shape)
        return
    torch.manual_seed(0)
    network = PARTS[part](shape)
    if "generator" in part:
        assert network(torch.randn(2, Z)).shape == (2, *shape)
    else:
        verdicts = 1 if "packed" in part else 2
        assert network.eval()(torch.randn(2, *shape)).shape == (verdicts,)


@pytest.mark.parametrize(
    ("part", "size"),
    [
        (part, size)
        for part in PARTS
        for size in [(64, 96), (100, 60), (9, 33)]
        if "packed" not in part and not nearest_that_can(part, size)
    ],
)
def test_each_pixel_is_made_by_weights_and_seen_in_the_verdict(part, size):
    torch.manual_seed(0)
    network = PARTS[part]((1, *size)).double().eval()
    if "generator" in part:
        # Were a row or a column only padding, it would not follow the latent.
        images = network(50 * torch.randn(20, Z, dtype=torch.float64))
        assert bool((images.std(dim=0) > 0).all())
    else:
        image = torch.randn(1, 1, *size, dtype=torch.float64, requires_grad=True)
        network(image).sum().backward()
        assert image.grad.abs().amax(dim=(0, 1, 3)).min() > 0  # of each row
        assert image.grad.abs().amax(dim=(0, 1, 2)).min() > 0  # of each column
