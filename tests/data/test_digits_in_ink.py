"""Digits in several inks: what is drawn, which digits are in which ink, and the way back."""

import gzip

import pytest
import torch

from gan_lab.data.digits_in_ink import FIRST_OF_TEST, INKS, DigitsInInk, gray_of, inked
from gan_lab.data.mnist import MNIST
from gan_lab.data.unpaired import Unpaired
from gan_lab.errors import ConfigError
from gan_lab.evaluation.classifier import shipped


@pytest.fixture
def own(small_mnist, tmp_path):
    """A folder with the raw files of a very small MNIST: 12 training and 6 test digits."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, content in small_mnist.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return str(folder)


def loaded(**options):
    dataset = DigitsInInk(**options)
    dataset.prepare()
    return dataset.load()


def test_in_training_each_digit_is_in_one_ink_and_every_ink_has_as_many(own):
    images = loaded(dir=own)

    assert images.class_names == ("black", "blue", "red")
    assert images.labels.bincount().tolist() == [4, 4, 4]
    assert sorted(images.subjects.tolist()) == list(range(12))
    digits = MNIST(dir=own).load()
    for label, ink in enumerate(INKS):
        part = images.at(images.labels == label)
        assert torch.equal(part.pixels, inked(digits.pixels[part.subjects], INKS[ink]))


def test_for_testing_each_digit_is_in_every_ink_in_one_order(own):
    images = loaded(dir=own, split="test")

    assert images.labels.bincount().tolist() == [6, 6, 6]
    assert (images.subjects.view(3, 6) == FIRST_OF_TEST + torch.arange(6)).all()
    digits = MNIST(dir=own, split="test").load()
    for ink, pixels in zip(INKS, images.pixels.view(3, 6, 3, 28, 28), strict=True):
        assert torch.equal(pixels, inked(digits.pixels, INKS[ink]))


def test_which_digits_are_in_an_ink_does_not_depend_on_the_others(own):
    every = loaded(dir=own)
    red = loaded(dir=own, inks=["red"])
    two = loaded(dir=own, inks=["red", "black"])

    assert torch.equal(red.pixels, every.at(every.labels == 2).pixels)
    assert two.class_names == ("red", "black")
    assert torch.equal(two.at(two.labels == 0).subjects, red.subjects)


def test_one_ink_keeps_the_digits_as_classes(own):
    images = loaded(dir=own, inks=["blue"])

    digits = MNIST(dir=own).load()
    assert images.class_names == digits.class_names
    assert torch.equal(images.labels, digits.labels[images.subjects])


def test_two_single_inks_share_no_digit_in_training_and_all_in_testing(own):
    sources = {"a": DigitsInInk(dir=own, inks=["black"]), "b": DigitsInInk(dir=own, inks=["red"])}
    train, test = (Unpaired(**sources, split=split) for split in ("train", "test"))
    train.prepare()

    a, b = (source.load() for source in train.sources.values())
    assert not set(a.subjects.tolist()) & set(b.subjects.tolist())
    a, b = (source.load() for source in test.sources.values())
    assert torch.equal(a.subjects, b.subjects)


def test_a_stroke_on_paper_with_a_rim():
    digit = torch.zeros(1, 1, 5, 5, dtype=torch.uint8)
    digit[0, 0, 2, 2] = 255

    black, blue, red = (inked(digit, ink)[0] for ink in INKS.values())

    assert black[:, 2, 2].tolist() == [0, 0, 0]
    assert black[:, 2, 3].tolist() == [255, 255, 255]
    assert blue[:, 2, 2].tolist() == [255, 255, 255]
    assert blue[:, 2, 3].tolist() == [30, 60, 170]
    assert red[:, 2, 2].tolist() == [255, 255, 255]
    assert red[:, 1, 3].tolist() == [205, 20, 80]
    assert red[:, 2, 4].tolist() == [255, 225, 80]


@pytest.mark.parametrize("ink", INKS.values(), ids=INKS)
def test_the_gray_digit_comes_back(ink):
    random = torch.Generator().manual_seed(0)
    digits = torch.randint(0, 256, (4, 1, 28, 28), generator=random, dtype=torch.uint8)

    back = gray_of(inked(digits, ink), ink)

    assert back.shape == digits.shape
    assert (back.int() - digits.int()).abs().max() <= 1


def test_a_generated_image_of_any_colours_has_a_gray_digit_too():
    pixels = torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 4, 4)

    grays = [int(gray_of(pixels, ink)[0, 0, 0, 0]) for ink in INKS.values()]

    # Red has a third of white's light, and no blue at all.
    assert grays[0] == 170
    assert grays[2] == 0


def test_images_are_laid_bare_each_in_its_own_ink(own):
    images = loaded(dir=own, split="test")
    digits = MNIST(dir=own, split="test").load().pixels
    mixed = images.at(torch.tensor([12, 1, 8]))

    bare = DigitsInInk(dir=own).bare(mixed)
    alone = DigitsInInk(dir=own, inks=["red"]).bare(images.at(slice(12, 18)))

    assert (bare.int() - digits[[0, 1, 2]].int()).abs().max() <= 1
    assert (alone.int() - digits.int()).abs().max() <= 1


@pytest.mark.usefixtures("mnist_prepared")
def test_the_shipped_classifier_reads_real_digits_in_every_ink():
    classifier = shipped("mnist_cnn")
    digits = MNIST(split="test", limit=1000).load()

    for ink in INKS.values():
        answers = classifier(gray_of(inked(digits.pixels, ink), ink)).logits.argmax(1)
        assert (answers == digits.labels).float().mean() > 0.985


def test_size_classes_and_limit_apply(own):
    images = loaded(dir=own, size=32, classes=["red"], limit=3)

    assert images.pixels.shape == (3, 3, 32, 32)
    assert images.class_names == ("red",)
    assert len(images.subjects) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "valid"}, r"data\.split=valid .*train, test"),
        ({"inks": ["green"]}, r"data\.inks names green, which is not there"),
        ({"inks": ["red", "red"]}, r"data\.inks=\[red,red\] names red twice"),
    ],
)
def test_what_is_not_there_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        DigitsInInk(**options)
