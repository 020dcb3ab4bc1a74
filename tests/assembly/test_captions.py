"""Who judges images of captions: a matcher that is kept, and measurements where there are some."""

import pytest
import torch

from gan_lab.assembly import captions
from gan_lab.assembly.captions import agreement_of, matcher_for
from gan_lab.assembly.classifiers import Choice
from gan_lab.data.base import Images
from gan_lab.data.captioned_digits import CAPTIONS, WORDS, CaptionedDigits
from gan_lab.data.digits import Digits
from gan_lab.data.texts import tokens_of
from gan_lab.errors import DataError
from gan_lab.evaluation.classifier import restrict, shipped
from gan_lab.training.matcher import train_matcher

IMAGES = Images(
    torch.zeros(4, 1, 8, 8, dtype=torch.uint8), captions=torch.tensor([[1], [2], [1], [2]]),
    words=("a", "b"),
)  # fmt: skip


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """How often a matcher was trained, in two steps instead of many."""
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    times = []

    def quick(images):
        times.append(len(images))
        return train_matcher(images, steps=2)

    monkeypatch.setattr(captions, "train_matcher", quick)
    return times


def test_a_matcher_is_trained_once_for_the_same_pairs(trained):
    first, again = matcher_for(IMAGES), matcher_for(IMAGES)
    matcher_for(Images(IMAGES.pixels, captions=IMAGES.captions.flip(0), words=IMAGES.words))

    assert trained == [4, 4]
    assert torch.equal(first.texts(IMAGES.captions), again.texts(IMAGES.captions))


def test_a_damaged_matcher_is_named(trained, tmp_path):
    matcher_for(IMAGES)
    (path,) = (tmp_path / "matchers").glob("*.safetensors")
    path.write_bytes(b"no weights")

    with pytest.raises(DataError, match=r"is no whole matcher; delete it to have it made anew"):
        matcher_for(IMAGES)


def test_data_that_measure_nothing_have_no_agreement():
    assert agreement_of(Digits()) is None


def test_digits_agree_with_captions_of_what_they_are(monkeypatch):
    classifier = restrict(shipped("mnist_cnn"), ["1", "7"])
    monkeypatch.setattr(captions, "classifier_of", lambda dataset: Choice(classifier))
    columns = torch.arange(28)
    bars = [((columns - 14).abs() < width).expand(28, 28) for width in (1, 3)]
    pixels = (torch.stack(bars) * 255).to(torch.uint8)[:, None]
    pixels[..., :4, :] = pixels[..., 24:, :] = 0
    asked = tokens_of(["a thick one", "a thick seven"], WORDS)
    padded = torch.nn.functional.pad(asked, (0, CAPTIONS.shape[1] - asked.shape[1]))

    agreed = agreement_of(CaptionedDigits(condition="text"))(pixels, padded)

    assert agreed["digit"].tolist() == [True, False]
    assert agreed["stroke"].tolist() == [False, True]
    assert agreed["slant"].tolist() == [True, True]
