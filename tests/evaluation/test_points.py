"""Points as their own features."""

import torch

from gan_lab.data.mixtures import Ring
from gan_lab.evaluation.points import Points


def points_of(dataset):
    return Points(dataset.centres, dataset.std, dataset.quality_rule, dataset.class_names).freeze()


def test_features_are_the_coordinates():
    stored = Ring(limit=7).load().pixels

    features, logits = points_of(Ring())(stored)

    assert torch.equal(features, stored[:, :, 0, 0])
    assert features.dtype == torch.float32
    assert logits is None


def test_it_knows_the_mixture():
    extractor = points_of(Ring(protocol="selfcond"))

    assert extractor.name == "points"
    assert torch.equal(extractor.centres, Ring(protocol="selfcond").centres)
    assert extractor.class_names[0] == "(2,0)"
    assert extractor.about == {"modes": 8, "std": 0.01, "quality_rule": "box"}
