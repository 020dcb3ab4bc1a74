"""Labelled images for a model to classify: those with a label, in order, some at a time."""

import torch

from gan_lab.data.base import Images
from gan_lab.evaluation.held_out import TOGETHER, HeldOut

PIXELS = torch.arange(TOGETHER + 2).view(-1, 1, 1, 1)
LABELS = torch.zeros(len(PIXELS), dtype=torch.long)
LABELS[1] = -1


def test_images_without_a_label_are_left_out_and_the_rest_is_asked_about_in_order():
    held_out = HeldOut.labelled(
        "test", Images(PIXELS, LABELS, ("a", "b")), lambda pixels: pixels / 2
    )
    sizes = []

    def classify(images):
        sizes.append(len(images))
        return images.flatten(1)

    logits = held_out.logits(classify)

    assert held_out.splits == {"test": TOGETHER + 1}
    assert held_out.n_classes == 2
    assert sizes == [TOGETHER, 1]
    assert logits.flatten().tolist() == [n / 2 for n in range(len(PIXELS)) if n != 1]
