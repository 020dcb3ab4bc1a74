"""The normalisations by their names: over what each of them takes mean and variance."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.dcgan import DCGANGenerator
from gan_lab.networks.normalisation import normalisation
from gan_lab.networks.resnet import ResNetGenerator

AXES = {"batch": (0, 2, 3), "instance": (2, 3), "layer": (1, 2, 3)}


@pytest.mark.parametrize("norm", AXES)
def test_features_have_mean_0_and_variance_1_over_these_axes(norm):
    features = 3 + 2 * torch.randn(4, 5, 6, 7, dtype=torch.float64)
    layer = normalisation(norm, 5).double()

    mean = features.mean(AXES[norm], keepdim=True)
    variance = features.var(AXES[norm], keepdim=True, unbiased=False)
    torch.testing.assert_close(layer(features), (features - mean) / (variance + 1e-5).sqrt())


@pytest.mark.parametrize("norm", AXES)
def test_each_has_a_gain_and_a_bias_per_channel(norm):
    layer = normalisation(norm, 5)

    assert {name: tuple(weight.shape) for name, weight in layer.named_parameters()} == {
        "weight": (5,),
        "bias": (5,),
    }


@pytest.mark.parametrize("norm", ["spectral", "none"])
def test_features_pass_where_weights_are_normalised_or_nothing(norm):
    features = torch.randn(2, 3, 4, 4)

    assert isinstance(normalisation(norm, 3), nn.Identity)
    assert normalisation(norm, 3)(features) is features


@pytest.mark.parametrize("kind", [DCGANGenerator, ResNetGenerator])
def test_spectral_is_refused_in_a_generator_with_a_reason(kind):
    with pytest.raises(ConfigError, match=r"norm=spectral is for discriminators.*model\.discrimi"):
        kind(5, (1, 32, 32), (-1.0, 1.0), 4, "spectral")
