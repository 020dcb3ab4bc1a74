"""Digits over photographs: the formula, the same on every machine, and the splits of MNIST."""

import gzip

import numpy as np
import pytest
import torch

from gan_lab.data import store
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.mnist import MNIST
from gan_lab.data.mnist_cifar import MNISTCIFAR, blends
from gan_lab.errors import ConfigError

SHA256 = "42afb1711483041a51d1e038111fce0cf46d47b0c6a0580fa6ecef525991c680"


@pytest.fixture
def raw_folder(small_mnist, small_cifar10, tmp_path):
    """A folder with the raw files of a very small MNIST and a very small CIFAR-10."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, content in small_mnist.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    for name, content in small_cifar10[2].items():
        (folder / f"{name}.bin").write_bytes(content)
    return str(folder)


def patches_of(photographs):
    """Return every patch of 28x28, by all four places in both directions."""
    places = [(top, left) for top in range(5) for left in range(5)]
    return torch.cat([photographs[:, :, t : t + 28, q : q + 28] for t, q in places]).int()


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_image_is_a_digit_less_a_patch_of_a_photograph_of_the_same_part(raw_folder, split):
    dataset = MNISTCIFAR(dir=raw_folder, split=split)
    dataset.prepare()

    images = dataset.load()

    digits = MNIST(dir=raw_folder, split=split).load()
    patches = patches_of(CIFAR10(dir=raw_folder, split=split).load().pixels)
    assert images.pixels.shape == (len(digits), 3, 28, 28)
    assert torch.equal(images.labels, digits.labels)
    assert images.class_names == digits.class_names
    for image, digit in zip(images.pixels, digits.pixels, strict=True):
        possible = (digit.int() - patches).abs()
        assert (possible == image.int()).flatten(1).all(dim=1).any()


def test_photographs_and_places_are_drawn_from_all():
    digits = torch.zeros(2000, 1, 2, 2, dtype=torch.uint8)
    photographs = torch.arange(3 * 12).view(3, 1, 3, 4).to(torch.uint8)

    made = np.concatenate(list(blends(digits, photographs, "test")))

    # The upper left pixel of a patch says all of it: 3 photographs, 2 x 3 places.
    corners, counts = np.unique(made[:, 0, 0, 0], return_counts=True)
    assert corners.tolist() == [
        12 * n + 4 * top + q for n in range(3) for top in (0, 1) for q in range(3)
    ]
    assert counts.min() > 2000 / 18 / 2
    assert np.array_equal(made[:, 0, 1, 1], made[:, 0, 0, 0] + 5)


def test_it_is_made_once_and_always_the_same(raw_folder, tmp_path, monkeypatch):
    dataset = MNISTCIFAR(dir=raw_folder)
    dataset.prepare()
    known = store.content_sha256(dataset.prepared)
    before = dataset.prepared.stat().st_mtime_ns
    dataset.prepare()
    assert dataset.prepared.stat().st_mtime_ns == before

    dataset.prepared.unlink()
    torch.manual_seed(7)
    dataset.prepare()

    assert store.content_sha256(dataset.prepared) == known


def test_a_split_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match=r"data\.split=unlabeled is not one of: train, test, val"):
        MNISTCIFAR(split="unlabeled")


@pytest.mark.slow
def test_the_real_one_has_the_same_bytes_on_every_machine(mnist_prepared, cifar10_prepared):
    dataset = MNISTCIFAR(split="valid")
    dataset.prepare()

    images = dataset.load()

    assert store.content_sha256(dataset.prepared) == SHA256
    assert images.pixels.shape == (10_000, 3, 28, 28)
    assert torch.equal(images.labels, MNIST(split="valid").load().labels)
