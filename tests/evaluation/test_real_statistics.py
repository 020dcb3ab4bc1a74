"""The real side: computed once, kept on disk, and made anew when anything it depends on changes."""

import os
import signal

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.data.files import locked
from gan_lab.evaluation import real_statistics as real_side
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.evaluation import labels_for
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.real_statistics import RealFeatures, choose, content_hash, fit
from tests.evaluation.draws import Classifier

OPTIONS = {"frechet": {"_target_": "gan_lab.evaluation.frechet.FrechetDistance"}}


def images(n=40, seed=0, labels=None):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (n, 1, 4, 4), dtype=torch.uint8, generator=generator)
    return Images(pixels, labels, ("a", "b") if labels is not None else ())


class Counting(nn.Flatten):
    seen = 0

    def forward(self, images_NCHW):
        Counting.seen += len(images_NCHW)
        return super().forward(images_NCHW)


@pytest.fixture(autouse=True)
def nothing_seen():
    Counting.seen = 0


def fitted(folder, real, *, name="flat", options=OPTIONS, draw=0):
    metric = FrechetDistance(name)
    metric.draw = draw
    seen = RealFeatures(
        ModuleExtractor(name, Counting()),
        real,
        images_hash=content_hash(real),
        device=torch.device("cpu"),
        batch_size=16,
        say=lambda message: None,
    )
    fit({"frechet": metric}, options, seen, folder)
    return metric.state_dict()


def test_the_second_time_nothing_is_looked_at_and_the_same_is_known(tmp_path):
    first = fitted(tmp_path, images())
    assert Counting.seen == 40

    second = fitted(tmp_path, images())

    assert Counting.seen == 40
    assert first.keys() == second.keys() != set()
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    "changes",
    [
        {"real": images(seed=1)},
        {"real": images(n=39)},
        {"real": images(labels=torch.zeros(40, dtype=torch.long))},
        {"name": "other"},
        {"options": {"frechet": {"_target_": "x", "shrink": 2}}},
    ],
    ids=["pixels", "count", "labels", "extractor", "options"],
)
def test_whatever_it_depends_on_makes_it_anew(tmp_path, changes):
    fitted(tmp_path, images())
    Counting.seen = 0

    arguments = {"real": images(), **changes}
    fitted(tmp_path, **arguments)

    assert Counting.seen == len(arguments["real"])


def test_another_version_makes_it_anew(tmp_path, monkeypatch):
    fitted(tmp_path, images())
    monkeypatch.setattr(real_side.gan_lab, "__version__", "another")

    fitted(tmp_path, images())

    assert Counting.seen == 80


def test_a_damaged_file_is_made_anew(tmp_path):
    expected = fitted(tmp_path, images())
    (path,) = tmp_path.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:20])

    again = fitted(tmp_path, images())

    assert all(torch.equal(expected[name], again[name]) for name in expected)


def test_what_is_there_is_read_while_another_process_makes_something_else(tmp_path):
    expected = fitted(tmp_path, images())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os.write(writing, b"!")
            signal.pause()
    assert os.read(reading, 1) == b"!"
    try:
        found = fitted(tmp_path, images())  # would wait forever
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_a_draw_of_real_images_is_the_same_for_the_same_seed():
    every = images(labels=torch.arange(40) % 2)

    drawn = choose(every, 10, 3, "real")

    assert len(drawn) == 10
    assert torch.equal(drawn.pixels, choose(every, 10, 3, "real").pixels)
    assert not torch.equal(drawn.pixels, choose(every, 10, 4, "real").pixels)
    assert choose(every, None, 3) is every
    assert choose(every, 400, 3) is every


def test_drawn_labels_stay_with_their_images():
    pixels = torch.arange(40, dtype=torch.uint8).reshape(40, 1, 1, 1)

    drawn = choose(Images(pixels, torch.arange(40), ()), 10, 0)

    assert drawn.labels.tolist() == drawn.pixels.flatten().tolist()


def test_the_hash_tells_contents_apart():
    labelled = images(labels=torch.zeros(40, dtype=torch.long))

    hashes = {content_hash(one) for one in (images(), images(seed=1), images(n=39), labelled)}

    assert len(hashes) == 4
    assert content_hash(images()) == content_hash(images())


def test_labels_are_counted_as_the_extractor_counts_its_classes():
    names = ("class 2", "dog", "class 0", "class 7")
    real = Images(torch.zeros(6, 1, 4, 4), torch.tensor([0, 1, 2, 3, -1, 2]), names)

    assert labels_for(Classifier(3), real).tolist() == [2, -1, 0, -1, -1, 0]
    assert labels_for(Classifier(3), images()) is None


def test_the_same_numbers_for_other_classes_are_another_real_side(tmp_path):
    labels = torch.arange(40) % 2
    first = images(labels=labels)
    fitted(tmp_path, first)

    fitted(tmp_path, Images(first.pixels, labels, ("b", "a")))

    assert Counting.seen == 80


def test_another_draw_has_a_real_side_of_its_own_from_one_look(tmp_path):
    fitted(tmp_path, images())
    fitted(tmp_path, images(), draw=1)
    assert Counting.seen == 80

    fitted(tmp_path, images(), draw=1)
    assert Counting.seen == 80
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


def test_what_was_seen_once_serves_every_draw(tmp_path):
    real = images()
    seen = RealFeatures(
        ModuleExtractor("flat", Counting()),
        real,
        images_hash=content_hash(real),
        device=torch.device("cpu"),
        batch_size=16,
        say=lambda message: None,
    )
    for draw in range(3):
        metric = FrechetDistance("flat")
        metric.draw = draw
        fit({"frechet": metric}, OPTIONS, seen, tmp_path)

    assert Counting.seen == 40
