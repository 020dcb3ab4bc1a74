"""What a person's pictures differ in from those of training, if these are at hand."""

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.assembly.unlike_training import differences
from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder


def of(level):
    """Return images of one level of brightness, nearly."""
    noise = np.random.default_rng(0).integers(-9, 10, (4, 1, 16, 16))
    return Images(torch.from_numpy((level + noise).astype(np.uint8)))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the data set of a folder of dark pictures, not prepared."""
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, pixels in enumerate(of(40).pixels):
        Image.fromarray(pixels[0].numpy()).save(pictures / f"{number}.png")
    return Folder(dir=str(pictures), size=16, channels=1)


def test_pictures_like_those_of_training_differ_in_nothing(folder):
    folder.prepare()

    assert differences(of(50), folder) == []


def test_bright_pictures_are_told_from_dark_ones_in_a_sentence(folder):
    folder.prepare()

    (sentence,) = differences(of(200), folder)

    assert "on average 200, and the real ones from" in sentence
    assert sentence.endswith("are they inverted, or saved with another range than 0 to 255?")


def test_data_that_are_made_on_the_spot_are_always_at_hand():
    digits = Digits(size=16).load()
    some = Images(digits.pixels[:50])

    assert differences(some, Digits(size=16)) == []
    assert len(differences(Images(255 - some.pixels), Digits(size=16))) >= 1


def test_nothing_is_prepared_to_be_compared_with(folder):
    assert differences(of(200), folder) == []
    assert not folder.prepared.exists()


@pytest.mark.parametrize("harm", ["damaged", "gone"])
def test_data_that_cannot_be_read_any_more_are_no_obstacle(folder, tmp_path, harm):
    folder.prepare()
    if harm == "damaged":
        folder.prepared.write_bytes(folder.prepared.read_bytes()[:-100])
    else:
        (tmp_path / "pictures").rename(tmp_path / "elsewhere")

    assert differences(of(200), folder) == []
