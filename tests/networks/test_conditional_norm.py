"""Normalisation with gains and biases of each class."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.conditional_norm import ConditionalNorm
from gan_lab.networks.dcgan import DCGANGenerator
from gan_lab.networks.normalisation import normalisation
from gan_lab.networks.resnet import ResNetGenerator

FEATURES = torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([1, 0, 1, 2])


@pytest.mark.parametrize("norm", ["batch", "instance", "layer"])
def test_at_first_all_classes_are_normalised_alike(norm):
    conditional, plain = normalisation(norm, 2, n_classes=3), normalisation(norm, 2)

    torch.testing.assert_close(conditional(FEATURES, LABELS), plain(FEATURES))


def test_each_image_gets_the_gain_and_bias_of_its_class():
    layer = ConditionalNorm(nn.Identity(), channels=2, n_classes=3)
    with torch.no_grad():
        layer.gains_KC.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
        layer.biases_KC.copy_(torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]))

    out = layer(FEATURES, LABELS)

    for row, label in enumerate(LABELS):
        for channel in range(2):
            gain, bias = layer.gains_KC[label, channel], layer.biases_KC[label, channel]
            torch.testing.assert_close(out[row, channel], gain * FEATURES[row, channel] + bias)


def test_between_two_classes_gains_lie_between():
    layer = ConditionalNorm(nn.Identity(), channels=2, n_classes=3)
    nn.init.normal_(layer.gains_KC)
    ends = [layer(FEATURES, torch.full((4,), label)) for label in (0, 1)]

    middle = layer(FEATURES, torch.tensor([[0.5, 0.5, 0.0]]).expand(4, -1))

    torch.testing.assert_close(middle, (ends[0] + ends[1]) / 2)


@pytest.mark.parametrize(
    "generator",
    [
        DCGANGenerator(2, (1, 32, 32), (-1.0, 1.0), width=4, n_classes=3),
        ResNetGenerator(2, (1, 32, 32), (-1.0, 1.0), width=4, norm="batch", n_classes=3),
    ],
    ids=["dcgan", "resnet"],
)
def test_generators_are_told_in_every_normalisation_and_each_class_learns_by_itself(generator):
    generator(torch.randn(6, 2), torch.tensor([0, 1] * 3)).square().sum().backward()

    layers = [layer for layer in generator.modules() if isinstance(layer, ConditionalNorm)]
    norms = [layer for layer in generator.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert len(layers) == len(norms) > 1
    assert all(norm.weight is None for norm in norms)
    for layer in layers:
        assert (layer.gains_KC.grad[:2].abs().sum(1) > 0).all()
        assert not layer.gains_KC.grad[2].any()


def test_a_generator_without_normalisation_cannot_be_told_so():
    with pytest.raises(ConfigError, match=r"norm=none has none: choose model\.condition=concat"):
        DCGANGenerator(2, (1, 16, 16), (-1.0, 1.0), width=4, norm="none", n_classes=3)
