"""InfoGAN's networks: the authors' sizes, and where they normalise."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.infogan import InfoGANDiscriminator, InfoGANGenerator

MNIST = (1, 28, 28)


def weights(network, kind):
    return [tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, kind)]


def test_the_generator_has_the_authors_sizes():
    network = InfoGANGenerator(74, MNIST, (0.0, 1.0), width=64, hidden=1024)

    assert weights(network, nn.Linear) == [(1024, 74), (7 * 7 * 128, 1024)]
    assert weights(network, nn.ConvTranspose2d) == [(128, 64, 4, 4), (64, 1, 4, 4)]
    assert len(weights(network, (nn.BatchNorm1d, nn.BatchNorm2d))) == 3
    images = network(torch.randn(2, 74))
    assert images.shape == (2, *MNIST)
    assert 0 <= images.min() < images.max() <= 1


def test_the_discriminator_has_the_authors_sizes():
    network = InfoGANDiscriminator(MNIST, width=64, hidden=1024, slope=0.01)

    assert weights(network, nn.Conv2d) == [(64, 1, 4, 4), (128, 64, 4, 4)]
    assert weights(network, nn.Linear) == [(1024, 7 * 7 * 128), (1, 1024)]
    assert weights(network, nn.BatchNorm2d) == [(128,)]
    assert network.n_features == 1024
    assert network(torch.randn(2, *MNIST)).shape == (2,)


def test_weights_start_from_a_narrow_normal_distribution():
    torch.manual_seed(0)
    network = InfoGANGenerator(74, MNIST, (0.0, 1.0), width=16, hidden=256)
    matrix = network.layers[3].weight

    assert matrix.std().item() == pytest.approx(0.02, rel=0.02)


def test_an_image_that_is_too_small_is_refused():
    with pytest.raises(ConfigError, match="at least 4x4 pixels, and these are 1x1"):
        InfoGANDiscriminator((2, 1, 1), width=4, hidden=8, slope=0.01)
