"""A source whose labels are shown, and a target whose labels are not."""

from dataclasses import replace

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.data.digits_in_ink import DigitsInInk
from gan_lab.data.domain_adaptation import DomainAdaptation, refuse_other_classes
from gan_lab.data.folder import Folder
from gan_lab.data.mixtures import Ring
from gan_lab.data.module import ImageDataModule
from gan_lab.errors import ConfigError, DataError


def of_digits(**options):
    return DomainAdaptation(source=Digits(size=16), target=Digits(size=16), **options)


def test_the_source_brings_its_labels_and_the_target_none():
    data = ImageDataModule(of_digits(), batch_size=8, iterations=1, seed=0, processes=1)

    data.setup("fit")

    assert torch.equal(data.conditions["source"], Digits(size=16).load().labels)
    assert data.conditions["target"] is None


def test_gray_images_go_beside_those_in_colour():
    data = DomainAdaptation(source=Digits(size=28), target=DigitsInInk())

    assert data.image_shape == (3, 28, 28)
    assert data.learns_labels
    assert data.condition == "none"  # nothing is asked for by label


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (Digits(size=8), r"data\.source has size 16 and data\.target has 8.*data\.target\.size="),
        (Digits(size=16, value_range=(0.0, 1.0)), r"type data\.target\.value_range= with that of"),
        (Ring(), r"data@data\.target= must be a set of images, and Ring is none"),
        (Digits(size=16, condition="labels"), r"data\.target\.condition=labels is said by"),
        (Digits(size=16, labelled=3), r"data\.target\.labelled=3 is said by"),
    ],
)
def test_sets_that_do_not_go_together_are_refused(target, message):
    with pytest.raises(ConfigError, match=message):
        DomainAdaptation(source=Digits(size=16), target=target)


def test_other_numbers_of_channels_are_refused(tmp_path):
    two = Folder(dir=str(tmp_path), size=16, channels=3)
    object.__setattr__(two, "channels", 4)

    with pytest.raises(ConfigError, match=r"data\.source has 4 channels and data\.target has 3"):
        DomainAdaptation(source=two, target=Folder(dir=str(tmp_path), size=16, channels=3))


def test_whole_parts_that_nothing_was_trained_on_are_held_out():
    data = DomainAdaptation(source=Digits(size=16, limit=20), target=Digits(size=16, limit=30))

    held = data.held_out()

    assert {name: part.split for name, part in held.items()} == {"source": "test", "target": "test"}
    assert len(held["source"].load()) == len(Digits(size=16, split="test").load())
    assert of_digits(validation="train").held_out()["source"].split == "train"


def test_a_split_that_is_not_there_names_the_set():
    with pytest.raises(ConfigError, match=r"^data\.source\.split=valid is not one of"):
        of_digits(validation="valid").held_out()


def test_a_target_of_other_classes_is_refused():
    data = DomainAdaptation(source=Digits(size=16), target=Digits(size=16, classes=[3, 4]))

    with pytest.raises(DataError, match=r"data\.target has the classes 3, 4, and data\.source has"):
        data.held_out()


def test_a_target_without_labels_has_no_classes_to_be_wrong():
    refuse_other_classes(("a", "b"), Images(torch.zeros(2, 1, 1, 1, dtype=torch.uint8)))


def test_a_source_without_labels_is_refused(monkeypatch):
    load = Digits.load
    monkeypatch.setattr(Digits, "load", lambda self: replace(load(self), labels=None))

    with pytest.raises(DataError, match=r"^data\.source has no labels to learn from"):
        of_digits().prepare()
