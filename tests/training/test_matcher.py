"""The matcher of images and captions learns pairs, and counts equal captions once."""

import math

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.training.matcher import SHARPNESS, loss_of, train_matcher

WORDS = ("bright", "dark", "left", "right")
TOKENS = torch.tensor([[1, 3], [1, 4], [2, 3], [2, 4]])


def pairs(n, seed):
    """Return images whose ink is on one side, bright or dark, with captions that say so."""
    random = torch.Generator().manual_seed(seed)
    kinds = torch.randint(4, (n,), generator=random)
    pixels = torch.randint(0, 40, (n, 1, 8, 8), generator=random)
    level = torch.where(kinds < 2, 200, 90)[:, None, None, None]
    right = (kinds % 2 == 1)[:, None, None, None]
    pixels += level * ((torch.arange(8) >= 4) == right)
    return Images(pixels.to(torch.uint8), captions=TOKENS[kinds], words=WORDS), kinds


def test_images_it_never_saw_find_their_captions():
    state = torch.get_rng_state()
    matcher = train_matcher(pairs(256, 0)[0], steps=60)
    images, kinds = pairs(64, 1)

    found = (matcher.images(images.pixels) @ matcher.texts(TOKENS).T).argmax(dim=1)

    assert (found == kinds).double().mean() > 0.95
    assert torch.equal(torch.get_rng_state(), state)
    assert not matcher.training


def test_the_loss_is_that_of_guessing_among_the_different_captions():
    class Blind:
        """Sees the same in all images and texts."""

        def images(self, pixels):
            return torch.ones(len(pixels), 1)

        texts = images

    pixels = torch.zeros(4, 1, 8, 8)

    # Two images share a caption: each has three texts to choose from, the others four.
    loss = loss_of(Blind(), pixels, TOKENS[[0, 0, 1, 2]])

    assert loss.item() == pytest.approx((2 * math.log(3) + 2 * math.log(4)) / 4)
    assert SHARPNESS > 1
