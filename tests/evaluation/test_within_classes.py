"""The Fréchet distance within classes: the mean of distances that are computed one by one."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.within_classes import WithinClasses
from tests.evaluation.draws import Classifier, samples, score

D = 4


def draw(n, seed, labels, shift=0.0):
    random = torch.Generator().manual_seed(seed)
    return samples(torch.randn(n, D, generator=random) + shift, labels=labels)


def within(classes=2):
    metric = WithinClasses("c")
    metric.attach(Classifier(classes))
    return metric


def pair():
    labels = torch.arange(200) % 2
    moved = labels[:, None] * 2.0
    return draw(200, 0, labels), draw(200, 1, labels, moved)


def test_it_is_the_mean_of_the_distances_of_the_classes():
    real, generated = pair()
    metric = within()

    found = score(metric, real, generated)

    alone = []
    for label in (0, 1):
        parts = [samples(each.features[each.labels == label]) for each in (real, generated)]
        alone.append(score(FrechetDistance("c"), *parts))
    for name in ("", "_bias"):
        mean = sum(each[f"fd_c{name}"] for each in alone) / 2
        assert found[f"fd_within_c{name}"] == pytest.approx(mean, rel=1e-9)
    assert metric.by_class()["fd_within_c"].tolist() == pytest.approx(
        [each["fd_c"] for each in alone]
    )


def test_images_without_a_label_do_not_count():
    real, generated = pair()
    more = draw(50, 2, torch.full((50,), -1), 9.0)
    both = [
        samples(
            torch.cat([each.features, more.features]), labels=torch.cat([each.labels, more.labels])
        )
        for each in (real, generated)
    ]

    assert score(within(), *both) == score(within(), real, generated)


def test_one_class_alone_may_be_asked_for():
    real, generated = pair()
    only = samples(generated.features[generated.labels == 1], labels=torch.ones(100).long())
    metric = within()

    found = score(metric, real, only)

    first, second = metric.by_class()["fd_within_c"].tolist()
    assert first != first  # NaN
    assert second == found["fd_within_c"] > 1


def test_there_is_a_number_for_every_class_that_the_classifier_knows():
    real, generated = pair()
    metric = within(classes=5)

    score(metric, real, generated)

    assert metric.by_class()["fd_within_c"].isnan().tolist() == [False, False, True, True, True]


def test_it_says_something_if_the_rarest_class_has_more_images_than_features():
    metric = WithinClasses("c")
    metric.fit(draw(100, 0, torch.tensor([0] * 90 + [1] * 10)))

    assert metric.sensible_from == (D + 1) * 10


def test_real_images_without_labels_are_too_few():
    with pytest.raises(ConfigError, match="needs 2 images at least"):
        WithinClasses("c").fit(draw(9, 0, torch.full((9,), -1)))
