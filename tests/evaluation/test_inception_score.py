"""The Inception Score against closed forms, and where it is offered."""

import math

import pytest
import torch

from gan_lab.evaluation import inception_weights
from gan_lab.evaluation.inception import Inception
from gan_lab.evaluation.inception_score import InceptionScore, inception_score
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.samples import Samples
from tests.evaluation.inception_stand_in import install

SURE = 1000.0  # of a logit: its class has all the probability


def one_hot(classes, total):
    return SURE * torch.nn.functional.one_hot(torch.tensor(classes), total).float()


def test_images_that_all_look_alike_get_1():
    assert inception_score(torch.zeros(20, 7), 2) == (pytest.approx(1), pytest.approx(0))
    assert inception_score(one_hot([3] * 20, 7), 2)[0] == pytest.approx(1)


@pytest.mark.parametrize("n", [2, 5, 7])
def test_sure_and_even_over_n_classes_gets_n(n):
    logits = one_hot([image % n for image in range(4 * n)], 8)

    assert inception_score(logits, 2) == (pytest.approx(n), pytest.approx(0, abs=1e-9))


def test_it_is_the_exponential_of_the_mean_divergence_from_the_mean():
    logits = torch.tensor([[0.0, math.log(3)], [math.log(3), 0.0], [0.0, 0.0], [0.0, 0.0]])

    divergence = 0.5 * (0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5))
    assert inception_score(logits, 1)[0] == pytest.approx(math.exp(divergence))


def test_each_part_is_scored_by_itself():
    logits = one_hot([0, 0, 1, 2], 3)  # a part that gets 1, and one that gets 2

    assert inception_score(logits, 2) == (pytest.approx(1.5), pytest.approx(0.5))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "inception"


class Nowhere:
    """A web that serves nothing."""

    url = "http://127.0.0.1:9/"


def put_release(cache, stand_in):
    cache.mkdir()
    (cache / inception_weights.RELEASE_FILE).write_bytes(stand_in.release)
    inception_weights.prepare()


def test_it_is_offered_with_the_file_that_holds_the_classifier(cache, monkeypatch):
    put_release(cache, install(monkeypatch, Nowhere))

    extractor = Inception()

    assert extractor.classifier.shape == (5, 16)
    assert InceptionScore.applies_to(extractor)
    assert not InceptionScore.applies_to(Pixels())


def test_without_the_classifier_it_is_not_offered(cache, monkeypatch):
    put_release(cache, install(monkeypatch, Nowhere))
    (cache / inception_weights.CLASSIFIER_FILE).unlink()

    assert not InceptionScore.applies_to(Inception())


def test_it_scores_the_classes_of_the_features_in_the_order_of_their_positions(cache, monkeypatch):
    put_release(cache, install(monkeypatch, Nowhere))
    extractor = Inception()
    extractor.classifier = SURE * torch.eye(4)
    metric = InceptionScore("inception", splits=2)
    metric.attach(extractor)
    features = torch.eye(4)[[0, 0, 1, 2]]
    pixels = torch.zeros(4, 1, 8, 8, dtype=torch.uint8)

    metric.fit(Samples(pixels, torch.eye(4), torch.arange(4)))
    for positions in ([3, 1], [0, 2]):
        chosen = torch.tensor(positions)
        metric.update(Samples(pixels[chosen], features[chosen], chosen))

    found = metric.compute()
    assert found["inception_score"] == pytest.approx(1.5)
    assert found["inception_score_std"] == pytest.approx(0.5)
    assert found["inception_score_real"] == pytest.approx(2)
