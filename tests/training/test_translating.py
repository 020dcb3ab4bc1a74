"""Originals: which of them are translated, and in which order."""

import torch

from gan_lab.data.base import Images
from gan_lab.training.translating import Originals

PIXELS = torch.arange(6, dtype=torch.uint8).view(6, 1, 1, 1)
ORIGINALS = Originals(Images(PIXELS), lambda pixels: pixels.float() / 255, "test")


def test_all_of_them_come_in_order_and_once():
    assert ORIGINALS.choose(6, 0).tolist() == [0, 1, 2, 3, 4, 5]
    assert ORIGINALS.choose(100, 0).tolist() == [0, 1, 2, 3, 4, 5]


def test_some_are_different_ones_that_the_address_chooses():
    chosen = ORIGINALS.choose(4, 0, "here")

    assert len(set(chosen.tolist())) == 4
    assert torch.equal(chosen, ORIGINALS.choose(4, 0, "here"))
    assert any(not torch.equal(chosen, ORIGINALS.choose(4, seed, "here")) for seed in range(1, 5))


def test_networks_see_them_in_the_value_range():
    images = ORIGINALS.at(torch.tensor([5, 0]), torch.device("cpu"))

    torch.testing.assert_close(images.flatten(), torch.tensor([5 / 255, 0.0]))
