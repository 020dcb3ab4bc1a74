"""The networks of DANN: as in the figure of the paper, for other sizes, with what others add."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.dann import DigitFeatures, DomainHead, LabelHead, n_features


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def test_they_have_the_weights_of_figure_4a():
    shape = (3, 28, 28)

    assert n_features(shape) == 768
    assert count(DigitFeatures(shape)) == (75 * 32 + 32) + (800 * 48 + 48)
    assert count(LabelHead(shape, 10)) == (768 * 100 + 100) + (100 * 100 + 100) + (100 * 10 + 10)
    assert count(DomainHead(shape)) == (768 * 100 + 100) + (100 + 1)


@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 28, 28), (3, 32, 20)])
@pytest.mark.parametrize("options", [{}, {"norm": "batch", "dropout": 0.5}])
def test_features_go_with_both_heads(shape, options):
    images = torch.randn(4, *shape)
    norm = {"norm": options.get("norm", "none")}

    features = DigitFeatures(shape, **options)(images)

    assert features.shape == (4, n_features(shape))
    assert LabelHead(shape, 7, **options)(features).shape == (4, 7)
    assert DomainHead(shape, **norm)(features).shape == (4,)


def test_batch_normalisation_and_dropout_are_there_if_they_are_asked_for():
    plain, more = DigitFeatures((1, 16, 16)), DigitFeatures((1, 16, 16), "batch", 0.5)
    kinds = (nn.BatchNorm2d, nn.Dropout2d)

    assert not any(isinstance(layer, kinds) for layer in plain.modules())
    assert [sum(isinstance(layer, kind) for layer in more.modules()) for kind in kinds] == [2, 1]


@pytest.mark.parametrize("shape", [(1, 15, 28), (3, 8, 8)])
def test_images_of_which_nothing_would_be_left_are_refused(shape):
    with pytest.raises(ConfigError, match=r"needs images of at least 16x16 pixels, and these have"):
        DigitFeatures(shape)
