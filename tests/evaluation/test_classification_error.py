"""The error of a classifier on test images: exact counts."""

import torch
from torch.nn.functional import one_hot

from gan_lab.data.base import Images
from gan_lab.evaluation.classification_error import ClassificationError
from gan_lab.evaluation.held_out import HeldOut


def error(labels, answers):
    """Return the error of a classifier with these answers; the images are their numbers."""
    images = Images(
        torch.arange(len(labels))[:, None, None, None], torch.tensor(labels), ("a", "b")
    )
    metric = ClassificationError()
    metric.attach(HeldOut.labelled("test", images, lambda pixels: pixels))
    logits = one_hot(torch.tensor(answers), 2).float()
    return metric(lambda pixels: logits[pixels.flatten()])


def test_wrong_classes_are_counted():
    assert error([0, 1, 1, 0], [0, 1, 0, 1]) == {"test_error": 0.5}
    assert error([0, 1], [0, 1]) == {"test_error": 0}


def test_images_without_a_label_do_not_count():
    assert error([0, -1, 1], [0, 0, 0]) == {"test_error": 0.5}


def test_more_images_than_are_looked_at_together():
    labels = [0, 1] * 700

    assert error(labels, [0] * 1400) == {"test_error": 0.5}
