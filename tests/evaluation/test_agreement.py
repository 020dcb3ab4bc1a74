"""Agreement with the labels: exact counts, and the control that a Fréchet distance misses."""

import pytest
import torch

from gan_lab.evaluation.agreement import Agreement
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.within_classes import WithinClasses
from tests.evaluation.draws import Classifier, samples, score
from tests.evaluation.test_modes import logits_of

K = 3


def of_classes(seen, asked, features=None):
    seen, asked = torch.as_tensor(seen), torch.as_tensor(asked)
    features = torch.zeros(len(seen), 2) if features is None else features
    return samples(features, logits=logits_of(seen, K), labels=asked)


def agreement():
    metric = Agreement("c")
    metric.attach(Classifier(K))
    return metric


def test_the_share_of_images_that_are_what_was_asked_for():
    metric = agreement()
    real = of_classes([0, 1, 2, 2], [0, 1, 2, 1])
    generated = of_classes([0, 0, 1, 2, 1], [0, 1, 1, 2, 0])

    found = score(metric, real, generated)

    assert found == {"agreement": 3 / 5, "agreement_real": 3 / 4}
    assert metric.by_class()["agreement"].tolist() == [1 / 2, 1 / 2, 1]
    assert metric.perfect == {"agreement": "agreement_real"}


def test_images_without_a_label_do_not_count():
    found = score(agreement(), of_classes([0, 1], [0, -1]), of_classes([0, 1, 2], [0, 2, -1]))

    assert found == {"agreement": 1 / 2, "agreement_real": 1}


def test_a_class_that_nobody_asked_for_has_no_share():
    metric = agreement()

    score(metric, of_classes([0], [0]), of_classes([0, 1], [0, 1]))

    assert metric.by_class()["agreement"].isnan().tolist() == [False, False, True]


def test_labels_shifted_by_one_agree_never_while_the_distance_stays():
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(300) % K
    features = torch.randn(300, 2, generator=random) + 5 * labels[:, None]
    real = of_classes(labels, labels, features)
    obedient = of_classes(labels, labels, features + 0.1)
    shifted = of_classes(labels, (labels + 1) % K, features + 0.1)

    def distances(metric):
        return [next(iter(score(metric, real, each).values())) for each in (obedient, shifted)]

    assert [score(agreement(), real, each)["agreement"] for each in (obedient, shifted)] == [1, 0]
    whole = distances(FrechetDistance("c"))
    metric = WithinClasses("c")
    metric.attach(Classifier(K))
    within = distances(metric)
    assert whole[0] == pytest.approx(whole[1], rel=1e-9)
    assert within[1] > 100 * within[0]
