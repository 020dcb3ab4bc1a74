"""Captions that images are asked for: their shares, others than an image's own, and their words."""

import pytest
import torch

from gan_lab import seeding
from gan_lab.latents.captions import Captions
from gan_lab.latents.conditions import Labels

WORDS = ("one", "red", "two")
CAPTIONS = Captions.of(torch.tensor([[2, 1], [2, 3], [2, 1], [2, 1], [1, 0]]), WORDS)


def test_captions_are_drawn_at_their_shares():
    drawn = CAPTIONS.sample(20_000, seeding.generator("cpu", 0))

    found, counts = drawn.unique(dim=0, return_counts=True)
    assert found.tolist() == [[1, 0], [2, 1], [2, 3]]
    torch.testing.assert_close(counts / 20_000, torch.tensor([0.2, 0.6, 0.2]), atol=0.015, rtol=0)


@pytest.mark.parametrize(
    ("condition", "right"),
    [(CAPTIONS, CAPTIONS.tokens), (Labels(("a", "b", "c"), [5, 0, 2]), torch.tensor([0, 2, -1]))],
)
def test_others_are_drawn_of_those_that_there_are_and_never_an_images_own(condition, right):
    numbers = torch.linspace(0, 1, 101).repeat_interleave(3)[:-1]
    rows = right.repeat(101, *[1] * (right.ndim - 1))[:-1]

    others = condition.others(rows, numbers)

    assert others.shape == rows.shape
    assert not (others == rows).reshape(len(rows), -1).all(dim=1).any()
    there = {str(each) for each in condition.asked}
    assert {str(each) for each in others.tolist()} == there


def test_texts_alone_that_somebody_types_are_asked_for_in_their_order():
    only = CAPTIONS.only([[3, 2], [2, 1]])

    assert only.words == WORDS
    assert {*map(tuple, only.sample(100, seeding.generator("cpu", 0)).tolist())} == {(3, 2), (2, 1)}


def test_the_captions_asked_for_are_all_there_are_in_an_order_that_stays():
    assert sorted(CAPTIONS.asked) == CAPTIONS.tokens.tolist()
    assert CAPTIONS.asked == CAPTIONS.asked


def test_what_is_written_beside_images_are_their_words():
    assert CAPTIONS.columns(torch.tensor([[2, 3], [1, 0]])) == {"captions": ["red two", "one"]}
    assert CAPTIONS.n_values == 4
