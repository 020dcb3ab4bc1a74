"""Captions of digits: what they say, that it is measured, and that the way back is known."""

import gzip

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.captioned_digits import (
    CAPTIONS,
    MEANINGS,
    PROPERTIES,
    SENTENCES,
    WORDS,
    CaptionedDigits,
    between,
    caption,
    described,
    numbered,
)  # fmt: skip
from gan_lab.data.mnist import MNIST
from gan_lab.data.real_conditions import conditions_of
from gan_lab.data.texts import text_of
from gan_lab.errors import ConfigError


@pytest.fixture
def own(small_mnist, tmp_path):
    """A folder with the raw files of a very small MNIST: 12 training and 6 test digits."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, content in small_mnist.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return str(folder)


def test_what_is_usual_is_not_said():
    assert caption(7, 2, 1, 0) == "a thick seven leaning left"
    assert caption(3, 0, 1, 2) == "a thin three leaning right"
    assert caption(8, 1, 1, 1) == "an eight"
    assert caption(8, 1, 2, 1) == "a wide eight"


def test_every_meaning_has_a_caption_of_its_own_and_a_number():
    assert len(set(SENTENCES)) == len(SENTENCES) == 270
    assert torch.equal(numbered(MEANINGS), torch.arange(270))
    assert [text_of(tokens, WORDS) for tokens in CAPTIONS.tolist()] == list(SENTENCES)


def test_what_lies_on_a_bound_is_usual():
    numbers, bounds = torch.tensor([0.9, 1.0, 1.5, 2.0, 2.1]), torch.tensor([1.0, 2.0])

    assert between(numbers, bounds).tolist() == [0, 1, 1, 1, 2]


def test_a_thick_stroke_that_leans_right_is_called_so():
    rows, columns = torch.arange(28)[:, None], torch.arange(28)
    leaning = ((columns - 14 + 0.5 * (rows - 14)).abs() < 2.5) & (rows > 3) & (rows < 25)
    pixels = (leaning * 255).to(torch.uint8)[None, None]

    properties = described(pixels, torch.tensor([1]))

    assert caption(*properties[0].tolist()) == "a thick one leaning right"


def test_captions_say_what_is_measured_of_the_digits_and_are_the_condition(own):
    dataset = CaptionedDigits(dir=own, condition="text")
    dataset.prepare()
    images, digits = dataset.load(), MNIST(dir=own).load()

    asked = dataset.properties_asked(images.captions)
    seen = dataset.properties(digits.pixels, digits.labels)

    assert torch.equal(images.pixels, digits.pixels)
    assert tuple(asked) == tuple(seen) == PROPERTIES
    assert all(torch.equal(asked[name], seen[name]) for name in PROPERTIES)
    assert torch.equal(conditions_of(dataset, images), images.captions)


def test_a_part_of_the_digits_keeps_its_captions_at_any_size(own):
    MNIST(dir=own).prepare()
    whole, part = (
        CaptionedDigits(dir=own, **options).load() for options in ({}, {"limit": 5, "size": 8})
    )

    assert part.pixels.shape == (5, 1, 8, 8)
    assert {*map(tuple, part.captions.tolist())} <= {*map(tuple, whole.captions.tolist())}


def test_mirrored_digits_with_captions_are_refused():
    with pytest.raises(ConfigError, match=r"^data\.flip=true mirrors digits, and their captions"):
        CaptionedDigits(condition="text", flip=True)


def test_images_without_captions_are_refused():
    with pytest.raises(ConfigError, match=r"^data\.condition=text needs images with captions"):
        conditions_of(MNIST(condition="text"), Images(torch.zeros(2, 1, 28, 28)))
