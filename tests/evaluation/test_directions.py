"""What is translated to be measured: which directions have pairs, and which a way back."""

import torch

from gan_lab.evaluation.directions import TOGETHER, Direction, Directions, translated

IMAGES = torch.arange(TOGETHER + 3.0).view(-1, 1, 1, 1)
PAIRED = Direction(IMAGES, "b_to_a", torch.tensor([[0, 1]]), IMAGES, IMAGES)
ONE_WAY = Direction(IMAGES[:2], None, torch.empty(0, 2, dtype=torch.int64), IMAGES, None)
BOTH = Directions("test", {"a_to_b": PAIRED, "a_to_c": ONE_WAY}, extent=2.0)


def test_directions_are_told_apart_by_what_is_known_of_them():
    assert list(BOTH.paired) == ["a_to_b"]
    assert list(BOTH.with_a_way_back) == ["a_to_b"]
    assert BOTH.splits == {"test": len(IMAGES) + 2}


def test_all_images_are_translated_in_order_and_some_at_a_time():
    sizes = []

    def translate(images, view):
        sizes.append(len(images))
        return images + len(view)

    assert torch.equal(translated(translate, IMAGES, "a_to_b"), IMAGES + 6)
    assert sizes == [TOGETHER, 3]
