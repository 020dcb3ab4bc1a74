"""Networks of levels: sizes there and back, what is between two levels, and checkpoints."""

import pytest
import torch
from torch import nn

from gan_lab.networks.growing import Growing, doubled, halved

IMAGES = torch.randn(2, 3, 8, 12, generator=torch.Generator().manual_seed(0))


def at(level, alpha=1.0, levels=3):
    network = Growing(levels)
    network.grow(level, alpha)
    return network


@pytest.mark.parametrize("times", [0, 1, 3])
def test_an_image_that_was_enlarged_comes_back_to_the_bit(times):
    larger = doubled(IMAGES, times)

    assert larger.shape == (2, 3, 8 * 2**times, 12 * 2**times)
    assert torch.equal(halved(larger, times), IMAGES)


def test_doubled_images_repeat_each_pixel_and_halved_ones_have_the_means_of_squares():
    side = 4
    squares = IMAGES.unflatten(2, (-1, side)).unflatten(4, (-1, side))

    assert torch.equal(
        doubled(IMAGES, 2), IMAGES.repeat_interleave(side, 2).repeat_interleave(side, 3)
    )
    torch.testing.assert_close(halved(IMAGES, 2), squares.mean(dim=(3, 5)))


def test_all_levels_are_used_with_their_full_share_until_something_else_is_said():
    network = Growing(3)

    assert (network.last, network.in_use, network.is_fading) == (2, 2, False)
    assert network.seen(IMAGES) is IMAGES
    assert torch.equal(network.blend(-IMAGES, IMAGES), IMAGES)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_a_level_that_fades_in_has_its_share_in_the_precision_of_the_images(dtype):
    before, after = torch.tensor([2.0, -4.0], dtype=dtype), torch.tensor([6.0, 4.0], dtype=dtype)

    between = at(1, 0.25).blend(before, after)

    assert between.dtype == dtype
    assert between.tolist() == [3.0, -2.0]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_what_a_level_shows_of_an_image_it_shows_of_that_again(level):
    network = at(level)

    shown = network.seen(IMAGES)

    assert torch.equal(network.seen(shown), shown)
    assert shown.shape == IMAGES.shape
    assert torch.equal(shown, IMAGES) == (level == 2)


def test_a_fading_level_keeps_the_mean_and_has_its_share_of_the_details():
    before, after = at(1).seen(IMAGES), at(2).seen(IMAGES)

    shown = at(2, 0.75).seen(IMAGES)

    torch.testing.assert_close(shown - before, 0.75 * (after - before))
    torch.testing.assert_close(shown.mean(), IMAGES.mean())


def test_a_checkpoint_brings_back_level_and_share_wherever_the_network_stands():
    saved = nn.ModuleDict({"generator": at(1, 0.25)}).state_dict()
    other = nn.ModuleDict({"generator": Growing(3)})

    other.load_state_dict(saved)

    network = other["generator"]
    assert (network.in_use, network.is_fading, float(network.alpha)) == (1, True, 0.25)
    assert torch.equal(network.seen(IMAGES), at(1, 0.25).seen(IMAGES))
    other.load_state_dict(nn.ModuleDict({"generator": at(1)}).state_dict())
    assert (network.in_use, network.is_fading) == (1, False)


@pytest.mark.parametrize(("written", "used"), [(-5, 0), (99, 2)])
def test_a_level_that_there_is_not_becomes_the_nearest_one(written, used):
    network = Growing(3)

    network.load_state_dict({"level": torch.tensor(written), "alpha": torch.ones(())})

    assert (network.in_use, int(network.level)) == (used, used)
