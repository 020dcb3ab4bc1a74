"""Errors on two domains by exact counts, and their distance where it is known."""

import math

import pytest
import torch
from torch.nn.functional import one_hot

from gan_lab.data.base import Images
from gan_lab.evaluation import adaptation
from gan_lab.evaluation.adaptation import Adaptation, Domains, proxy_a_distance
from gan_lab.evaluation.held_out import HeldOut


def held(split, labels, first=0):
    """Return images that are their numbers, from `first` on."""
    pixels = torch.arange(first, first + len(labels))[:, None, None, None]
    known = None if set(labels) == {None} else torch.tensor(labels)
    return HeldOut(split, Images(pixels, known, ("a", "b")), lambda pixels: pixels)


def numbers(source, target, answers, domains):
    metric = Adaptation()
    metric.attach(Domains(source, target))

    def examine(images):
        chosen = images.flatten()
        features = torch.randn(len(chosen), 3, generator=torch.Generator().manual_seed(0))
        return features, one_hot(torch.tensor(answers), 2).float()[chosen], domains[chosen]

    return metric, metric(examine)


def test_each_domain_has_its_own_error_and_counts_half_in_the_accuracy():
    source, target = held("valid", [0, 1, 1, 0]), held("test", [1, 0], first=4)
    domains = torch.tensor([-1.0, -1.0, -1.0, 1.0, 1.0, -1.0])

    metric, found = numbers(source, target, [0, 1, 0, 0, 1, 1], domains)

    assert found["source_error"] == 0.25
    assert found["target_error"] == 0.5
    assert found["domain_accuracy_held_out"] == (3 / 4 + 1 / 2) / 2
    assert list(metric.better) == ["source_error", "target_error"]
    assert metric.only_reported == {"target_error"}
    assert metric.known.splits == {"source valid": 4, "target test": 2}


def test_images_without_a_label_do_not_count():
    source, target = held("valid", [0, -1, 1, -1]), held("test", [-1, 0, 1, 0], first=4)

    _, found = numbers(source, target, [0, 0, 0, 0, 1, 1, 1, 0], torch.ones(8))

    assert found["source_error"] == 0.5
    assert found["target_error"] == pytest.approx(1 / 3)


def test_a_target_without_labels_or_images_leaves_its_numbers_out():
    source = held("valid", [0, 1, 1, 0])
    metric, found = numbers(source, held("test", [None] * 4, first=4), [0] * 8, torch.ones(8))
    alone, of_source = numbers(source, None, [0] * 4, torch.ones(4))

    assert found.keys() == {"source_error", "domain_accuracy_held_out", "proxy_a_distance"}
    assert list(metric.better) == ["source_error"]
    assert of_source == {"source_error": 0.5}
    assert alone.perfect == {"source_error": 0.0}


def features(n, shift, seed):
    drawn = torch.randn(n, 4, generator=torch.Generator().manual_seed(seed))
    return torch.cat([drawn + torch.tensor([shift, 0, 0, 0]), torch.zeros(n, 1)], dim=1)


def test_domains_that_are_alike_have_no_distance_and_those_apart_have_2():
    n = 4000

    assert proxy_a_distance(features(n, 0, 1), features(n, 0, 2)) == pytest.approx(
        0, abs=3 * 2 / math.sqrt(n)
    )
    assert proxy_a_distance(features(n, 0, 1), features(n, 30, 2)) == 2


@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
def test_the_distance_of_two_gaussians_is_that_of_the_best_linear_classifier(shift):
    n = 5000
    error = 0.5 * math.erfc(shift / 2 / math.sqrt(2))  # of Bayes

    found = proxy_a_distance(features(n, 0, 3), features(n, shift, 4))

    assert found == pytest.approx(2 * (1 - 2 * error), abs=3 * 2 / math.sqrt(n))


def test_few_images_of_many_features_and_other_counts_have_a_distance(monkeypatch):
    monkeypatch.setattr(adaptation, "LIMIT", 20)
    drawn = torch.randn(50, 100, generator=torch.Generator().manual_seed(0))

    found = proxy_a_distance(drawn[:30], drawn[30:])

    assert -2 <= found <= 2
    assert found == proxy_a_distance(drawn[:30], drawn[30:])
