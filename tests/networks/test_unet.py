"""A U-Net: shapes, shortcuts, and sizes that it refuses."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.unet import UNetTranslator


def unet(shape=(3, 16, 32), halvings=3, value_range=(-1.0, 1.0)):
    torch.manual_seed(0)
    return UNetTranslator(shape, value_range, width=4, halvings=halvings, slope=0.2)


@pytest.mark.parametrize("halvings", [1, 2, 4])
def test_a_translation_has_the_shape_of_the_image_and_stays_in_the_value_range(halvings):
    images = torch.rand(2, 3, 16, 32)

    made = unet(halvings=halvings, value_range=(0.0, 1.0))(images)

    assert made.shape == images.shape
    assert made.min() >= 0
    assert made.max() <= 1


def test_shortcuts_carry_what_the_smallest_features_cannot():
    network, images = unet((1, 16, 16), halvings=4), torch.rand(2, 1, 16, 16)
    smallest = network.down[-1].register_forward_hook(lambda *_: torch.zeros(2, 32, 1, 1))

    one, other = network(images)

    smallest.remove()
    assert not torch.allclose(one, other)


def test_a_single_pixel_is_not_normalised_away():
    network = unet((1, 16, 16), halvings=4)

    assert network.down[-1](torch.rand(2, 16, 2, 2)).abs().sum() > 0


def test_a_size_that_cannot_be_halved_so_often_is_refused():
    with pytest.raises(ConfigError, match=r"halvings=4 needs .* multiples of 16.*choose fewer"):
        unet((1, 24, 32), halvings=4)
