"""Which images keep their labels: so many of each class, by a draw of the seed."""

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.data.labelled import labelled_part
from gan_lab.data.module import ImageDataModule
from gan_lab.errors import ConfigError

LABELS = torch.tensor([0, 1, -1] * 20 + [1, 1])
IMAGES = Images(torch.arange(62).view(-1, 1, 1, 1), LABELS, ("cat", "dog"))


def chosen(per_class, seed=0):
    return labelled_part(IMAGES, per_class, seed)


def test_each_class_has_as_many_and_the_labels_are_those_of_the_images():
    part = chosen(5)

    assert part.labels.bincount().tolist() == [5, 5]
    assert torch.equal(LABELS[part.pixels.flatten()], part.labels)
    assert len(part.pixels.unique()) == 10


def test_the_draw_depends_on_the_seed_alone_and_more_hold_fewer():
    few, again, more, other = chosen(3), chosen(3), chosen(8), chosen(3, seed=1)

    assert torch.equal(few.pixels, again.pixels)
    assert not torch.equal(few.pixels, other.pixels)
    assert set(few.pixels.flatten().tolist()) < set(more.pixels.flatten().tolist())


def test_more_than_there_are_and_images_without_labels_are_refused():
    with pytest.raises(ConfigError, match=r"labelled=21 is more than there are .* cat, 20 images"):
        chosen(21)
    with pytest.raises(ConfigError, match=r"data\.labelled=2 needs labels"):
        labelled_part(Images(IMAGES.pixels), 2, 0)


def test_classes_are_not_learned_beside_captions():
    with pytest.raises(ConfigError, match=r"condition=text tells it of something else"):
        Digits(labelled=3, condition="text")


def test_there_is_a_stream_more():
    assert Digits(labelled=3).streams == ["data", "labelled"]
    assert Digits().streams == ["data"]


@pytest.mark.parametrize("condition", ["none", "labels"])
def test_a_model_gets_the_labels_of_these_images_and_of_no_others(condition):
    digits = Digits(size=8, labelled=2, condition=condition)
    data = ImageDataModule(digits, batch_size=50, iterations=1, seed=3, processes=1)
    data.prepare_data()
    data.setup("fit")

    assert len(data.images["data"]) > 1000
    told = data.conditions["data"]
    assert told is None if condition == "none" else told.unique().tolist() == [-1]
    assert len(data.shown["labelled"]) == 20  # fewer than a minibatch
    assert data.conditions["labelled"].bincount().tolist() == [2] * 10
