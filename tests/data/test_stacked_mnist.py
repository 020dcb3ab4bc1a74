"""Stacked MNIST, from the real digits in small numbers, and from a stand-in."""

import gzip

import numpy as np
import pytest
import torch

from gan_lab.data import stacked_mnist
from gan_lab.data.idx_files import SPLITS, read_idx
from gan_lab.data.mnist import MNIST
from gan_lab.data.stacked_mnist import PROTOCOLS, Protocol, StackedMNIST, stacks
from gan_lab.errors import ConfigError


@pytest.fixture
def raw_folder(small_mnist, tmp_path):
    """A folder with the raw files of a very small MNIST: 12 training and 6 test digits."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, content in small_mnist.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return folder


@pytest.fixture
def few(monkeypatch):
    """Protocols of a few triples, more than one block."""
    monkeypatch.setattr(stacked_mnist, "BLOCK", 16)
    for name, protocol in PROTOCOLS.items():
        small = Protocol(protocol.digits, triples=50, evaluation_samples=20)
        monkeypatch.setitem(PROTOCOLS, name, small)


def prepared(folder, **options):
    dataset = StackedMNIST(dir=str(folder), **options)
    dataset.prepare()
    return dataset


def digits_of(small_mnist, *splits):
    """Return `{pixels of a digit: its label}`."""
    found = {}
    for split in splits:
        images, labels = (read_idx(small_mnist[name]) for name in SPLITS[split])
        found |= {image.tobytes(): int(label) for image, label in zip(images, labels, strict=True)}
    return found


@pytest.mark.parametrize(
    ("protocol", "split", "sources", "count"),
    [
        ("pacgan_unrolled", "train", ["train"], 50),
        ("pacgan_veegan", "train", ["train", "test"], 50),
        ("pacgan_unrolled", "test", ["test"], 20),
        ("pacgan_veegan", "test", ["test"], 20),
    ],
)
def test_each_channel_is_a_digit_of_the_right_split_and_the_label_names_all_three(
    small_mnist, raw_folder, few, protocol, split, sources, count
):
    images = prepared(raw_folder, protocol=protocol, split=split).load()

    known = digits_of(small_mnist, *sources)
    assert images.pixels.shape == (count, 3, 28, 28)
    used = set()
    for pixels, label in zip(images.pixels.numpy(), images.labels.tolist(), strict=True):
        channels = [channel.tobytes() for channel in pixels]
        red, green, blue = (known[channel] for channel in channels)
        assert label == 100 * red + 10 * green + blue
        assert images.class_names[label] == f"{red}{green}{blue}"
        used.update(channels)
    assert used == set(known)


def test_the_channels_are_drawn_independently(small_mnist, raw_folder, few, monkeypatch):
    monkeypatch.setitem(PROTOCOLS, "pacgan_unrolled", Protocol(("train",), 5000, 20))

    pixels = prepared(raw_folder).load().pixels.numpy()

    places = {digit: n for n, digit in enumerate(digits_of(small_mnist, "train"))}
    chosen = np.array([[places[channel.tobytes()] for channel in image] for image in pixels])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        pairs = np.bincount(12 * chosen[:, one] + chosen[:, other], minlength=144)
        expected = 5000 / 144
        chi_square = ((pairs - expected) ** 2 / expected).sum()
        assert 80 < chi_square < 220  # 143 degrees of freedom, deviation 17


def test_the_triples_are_the_same_on_every_machine(raw_folder, few, tmp_path):
    first = prepared(raw_folder).load()
    for path in raw_folder.glob("*.safetensors"):
        path.unlink()
    again = prepared(raw_folder).load()

    assert torch.equal(first.pixels, again.pixels)
    assert torch.equal(first.labels, again.labels)


def test_preparing_again_makes_nothing_anew(raw_folder, few, monkeypatch):
    prepared(raw_folder)
    monkeypatch.setattr(StackedMNIST, "_fill", lambda *_: pytest.fail("made anew"))

    prepared(raw_folder)


def test_the_protocols_have_files_of_their_own(raw_folder, few):
    one = prepared(raw_folder, protocol="pacgan_veegan").load()
    other = prepared(raw_folder, protocol="pacgan_unrolled").load()

    assert not torch.equal(one.labels, other.labels)


def test_classes_limit_and_size_apply(raw_folder, few):
    every = prepared(raw_folder).load()
    name = every.class_names[int(every.labels[0])]

    one_mode = prepared(raw_folder, classes=[name], limit=3, size=32).load()

    assert one_mode.class_names == (name,)
    assert one_mode.pixels.shape[1:] == (3, 32, 32)
    assert prepared(raw_folder, size=32).image_shape == (3, 32, 32)


def test_the_protocols_have_the_numbers_of_the_authors():
    veegan, unrolled = PROTOCOLS["pacgan_veegan"], PROTOCOLS["pacgan_unrolled"]

    assert veegan == Protocol(("train", "test"), triples=128_000, evaluation_samples=26_000)
    assert unrolled.digits == ("train",)
    assert unrolled.evaluation_samples == 25_600
    assert StackedMNIST(protocol="pacgan_veegan").evaluation_samples == 26_000


def test_real_triples_hold_the_real_digits(mnist_prepared):
    digits = MNIST().load()
    triples = torch.tensor([[0, 1, 2], [59_999, 0, 0]])

    [pixels] = stacks(digits.pixels, triples)

    assert digits.labels[:3].tolist() == [5, 0, 4]
    for image, triple in zip(pixels, triples, strict=True):
        for channel, index in zip(image, triple, strict=True):
            np.testing.assert_array_equal(channel, digits.pixels[index, 0])


def test_a_split_that_it_does_not_have_is_refused():
    with pytest.raises(ConfigError, match=r"data\.split=valid .*train, test"):
        StackedMNIST(split="valid")
