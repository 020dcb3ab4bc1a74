"""A run on a folder of one's own: what was understood is said, and holds from data to pictures."""

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data.folder import Folder
from tests.end_to_end.conftest import FAST

RUN = ("data=folder", *FAST[2:])


@pytest.fixture
def pets(tmp_path, monkeypatch):
    """Noise of two classes in train and one in val, half transparent, wider than high."""
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    random = np.random.default_rng(0)
    for folder, count in (("train/cat", 12), ("train/dog", 36), ("val/dog", 5)):
        (tmp_path / "pets" / folder).mkdir(parents=True)
        for number in range(count):
            pixels = random.integers(0, 256, (24, 36, 4), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / folder / f"{number}.png")
    return tmp_path / "pets"


@pytest.mark.parametrize("channels", [3, 4])
def test_a_run_on_images_that_are_wider_than_high(pets, run, channels):
    outcome = run(*RUN, f"data.dir={pets}", "data.size=[16,24]", f"data.channels={channels}")

    assert outcome.status == 0, outcome.err
    said = f"{pets}: 48 images of 2 classes (cat, dog), labels by folder, split train (valid has 5)"
    assert said in outcome.err
    with Image.open(outcome.directory / "samples" / "00000004.png") as picture:
        width, height = picture.size
    assert width / height == pytest.approx(24 / 16, abs=0.1)
    checkpoint = outcome.directory / "checkpoints" / "last.ckpt"
    sampled = run("task=sample", f"ckpt={checkpoint}", "n=3", "format=npz", "out=few.npz")
    assert sampled.status == 0, sampled.err
    assert np.load(pets.parent / "few.npz")["images"].shape == (3, 16, 24, channels)


def test_a_run_on_some_of_the_images_has_all_their_classes(pets, run):
    outcome = run(*RUN, f"data.dir={pets}", "data.limit=8", "data.size=16")

    assert outcome.status == 0, outcome.err
    labels = Folder(dir=str(pets), limit=8, size=16).load().labels
    assert torch.bincount(labels).tolist() == [2, 6]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data.split=test"], "data.split=test is not there, only train (48 images), valid"),
        (["data.size=[16]"], "data.size=[16]"),
        (["data.size=[16,7]"], "data.size=[16, 7] must be"),
        (["data.crop=left"], "data.crop=left"),
        (["data.background=wheit"], "data.background=wheit is not a colour"),
        (["data.channels=2"], "data.channels=2"),
        (["data.labels=file"], "data.labels=file: no file says"),
        (["data.level=3", "data.labels=folder"], "no image lies in a folder of level 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_message(pets, run, words, message):
    outcome = run(*RUN, f"data.dir={pets}", *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err
