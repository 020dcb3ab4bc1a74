"""Pixels as features."""

import torch

from gan_lab.evaluation.pixels import Pixels


def test_images_of_any_size_and_channels_become_numbers_from_0_to_1():
    extractor = Pixels()
    white = torch.full((2, 3, 40, 40), 255, dtype=torch.uint8)

    features, logits = extractor(white)

    assert features.shape == (2, 768)
    assert torch.allclose(features, torch.ones(2, 768))
    assert logits is None
    assert extractor.name == "pixels"


def test_an_image_of_16_by_16_is_its_own_feature():
    image = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)

    assert torch.allclose(Pixels()(image).features, image.flatten(1) / 255)


def test_transparent_pixels_are_white_whatever_lies_under_them():
    image = torch.randint(0, 256, (1, 4, 16, 24), dtype=torch.uint8)
    image[:, 3] = 0

    assert torch.allclose(Pixels()(image).features, torch.ones(1, 768))
