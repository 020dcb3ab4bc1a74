"""Networks that read an image and make one: their shapes, their sizes, and what they refuse."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.translator import ResNetTranslator


def translator(shape=(3, 16, 24), value_range=(-1.0, 1.0), width=4, blocks=2, **others):
    torch.manual_seed(0)
    return ResNetTranslator(shape, value_range, width, blocks, **others)


def test_a_translation_has_the_shape_of_the_image_and_stays_in_the_value_range():
    images = torch.rand(2, 3, 16, 24)

    made = translator(value_range=(0.0, 1.0))(images)

    assert made.shape == images.shape
    assert made.min() >= 0
    assert made.max() <= 1


def test_a_translator_may_begin_as_a_copy():
    images = (torch.rand(2, 3, 16, 24) > 0.9).float()
    plain, copying = (translator(value_range=(0.0, 1.0), copies=n) for n in (0.0, 2.0))

    added = torch.logit(copying(images)) - torch.logit(plain(images))

    # A sigmoid is a tanh of half the number; pixels of -1 and 1 count twice.
    torch.testing.assert_close(added, 4.0 * (2 * images - 1), rtol=0, atol=1e-4)
    assert (copying(images) - images).abs().max() < 0.5 < (plain(images) - images).abs().max()


def test_the_paper_s_networks_have_as_many_weights_as_its_authors():
    """With 6 blocks 7.8 and with 9 blocks 11.4 million, as the authors' code prints."""
    counts = {
        blocks: sum(
            weight.numel()
            for weight in translator((3, 256, 256), width=64, blocks=blocks).parameters()
        )
        for blocks in (6, 9)
    }

    assert {blocks: round(count / 1e6, 3) for blocks, count in counts.items()} == {
        6: 7.838,
        9: 11.378,
    }


def test_images_of_a_batch_are_translated_each_by_itself():
    network, images = translator(), torch.rand(3, 3, 16, 24)

    torch.testing.assert_close(network(images)[:1], network(images[:1]))


@pytest.mark.parametrize(
    ("shape", "nearest"),
    [((1, 18, 18), r"data\.size=16\."), ((1, 8, 30), r"data\.size=16, or \[16, 32\]")],
)
def test_a_size_that_cannot_be_halved_twice_is_refused(shape, nearest):
    with pytest.raises(ConfigError, match=nearest):
        translator(shape)
