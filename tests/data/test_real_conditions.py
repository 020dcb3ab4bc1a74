"""What models are told of images; labels that are not there, or of no class, are refused."""

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.density import Density
from gan_lab.data.mixtures import Ring
from gan_lab.data.real_conditions import conditions_of
from gan_lab.errors import ConfigError, DataError

RING = Ring(condition="labels")


def images(labels, class_names=("cat", "dog")):
    labels = None if labels is None else torch.tensor(labels)
    return Images(torch.zeros(3, 2, 1, 1), labels, class_names)


def test_without_a_condition_models_are_told_nothing():
    assert conditions_of(Ring(), images([0, 1, 1])) is None
    assert Density(weights=[1.0], means=[0.0], stds=[1.0]).condition == "none"


def test_images_without_a_label_keep_minus_one():
    assert conditions_of(RING, images([-1, 1, 0])).tolist() == [-1, 1, 0]


@pytest.mark.parametrize(
    "unlabelled", [images(None), images([-1, -1, -1]), images([0, 0, 0], class_names=())]
)
def test_labels_that_are_wanted_and_not_there_are_refused(unlabelled):
    with pytest.raises(ConfigError, match=r"data\.condition=labels needs labels.*condition=none"):
        conditions_of(RING, unlabelled)


@pytest.mark.parametrize(("labels", "named"), [([0, 1, 2], "2"), ([0, -2, 1], "-2")])
def test_labels_of_no_class_are_refused(labels, named):
    message = rf"have the label {named}, and 2 classes have the labels 0 to 1"

    with pytest.raises(DataError, match=message):
        conditions_of(RING, images(labels))
