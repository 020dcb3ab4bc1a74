"""What is translated to be measured: which directions have pairs, and which a way back."""

import torch

from gan_lab.evaluation.directions import (
    TOGETHER,
    Direction,
    Directions,
    translated,
    translated_back,
)

IMAGES = torch.arange(TOGETHER + 3.0).view(-1, 1, 1, 1)
BACK = {"b_to_a": torch.arange(3, len(IMAGES)), "b_to_c": torch.arange(3)}
PAIRED = Direction("a", IMAGES, BACK, torch.tensor([[0, 1]]), IMAGES, IMAGES)
ONE_WAY = Direction("a", IMAGES[:2], {}, torch.empty(0, 2, dtype=torch.int64), IMAGES, None)
BOTH = Directions(
    "test",
    {"a_to_b": PAIRED, "a_to_c": ONE_WAY},
    extent=2.0,
    to_pixels=lambda images: (images >= 0).byte() * 255,
    to_network=lambda pixels: pixels / 127.5 - 1,
)


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


def test_each_translation_goes_back_by_its_own_view():
    back = translated_back(lambda images, view: images + ord(view[-1]), IMAGES, PAIRED)

    assert torch.equal(back[:3], IMAGES[:3] + ord("c"))
    assert torch.equal(back[3:], IMAGES[3:] + ord("a"))
