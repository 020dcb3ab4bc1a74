"""A network of the user's own as a feature extractor."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.evaluation.custom_extractor import ModuleExtractor, weights_hash


def test_the_module_sees_images_from_0_to_1():
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(3, 1, 1, 1)

    features = ModuleExtractor("flat", nn.Flatten())(pixels).features

    assert torch.allclose(features, torch.tensor([[0.0], [0.2], [1.0]]))


def test_features_that_are_no_matrix_are_refused():
    extractor = ModuleExtractor("same", nn.Identity())

    with pytest.raises(ConfigError, match=r"same returns \(2, 1, 4, 4\) instead of features"):
        extractor(torch.zeros(2, 1, 4, 4, dtype=torch.uint8))


def test_the_record_tells_networks_apart_by_their_weights():
    torch.manual_seed(0)
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)

    assert weights_hash(first) == ModuleExtractor("a", first).about["sha256"]
    assert weights_hash(first) != weights_hash(second)


def test_it_stays_frozen_inside_a_module_that_is_trained():
    extractor = ModuleExtractor("dropout", nn.Sequential(nn.Flatten(), nn.Dropout(0.9))).freeze()
    parent = nn.ModuleList([extractor])

    parent.train()

    pixels = torch.full((1, 1, 2, 2), 255, dtype=torch.uint8)
    assert not extractor.module.training
    assert torch.equal(extractor(pixels).features, torch.ones(1, 4))
