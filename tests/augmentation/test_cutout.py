"""Which pixels are lost."""

import torch

from gan_lab.augmentation.cutout import cut_out


def test_a_rectangle_of_half_the_sides_is_gray_and_ends_at_the_border():
    images = torch.ones(3, 2, 4, 8)
    centres = torch.tensor([[0.5, 0.5], [0.0, 1.0], [0.5, 0.5]])

    cut = cut_out(images, torch.tensor([True, True, False]), centres, 0.5, gray=0.25)

    expected = torch.ones(3, 2, 4, 8)
    expected[0, :, 1:3, 2:6] = 0.25
    expected[1, :, 3:, :2] = 0.25
    assert torch.equal(cut, expected)
