"""The residual blocks of SNGAN against their two convolutions and shortcut, written out."""

import pytest
import torch
from torch.nn.functional import avg_pool2d, conv2d, instance_norm, interpolate, relu

from gan_lab.networks.residual_blocks import DownBlock, FirstDownBlock, UpBlock

NORMS = pytest.mark.parametrize("norm", ["none", "instance"])


def given(channels=3):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, channels, 6, 4, generator=generator, dtype=torch.float64)


def made(block, *arguments, **options):
    torch.manual_seed(0)
    return block(*arguments, **options).double()


def convolutions(block):
    """Return functions: both of the branch, then, where there is one, that of the shortcut."""
    found = [part for part in block.modules() if isinstance(part, torch.nn.Conv2d)]
    return [
        lambda features, part=part: conv2d(
            features, part.weight, part.bias, padding=part.kernel_size[0] // 2
        )
        for part in found
    ]


def normal(norm, features):
    return instance_norm(features) if norm == "instance" else features


@NORMS
def test_an_up_block_repeats_pixels_in_branch_and_shortcut(norm):
    block, features = made(UpBlock, 3, 5, norm), given()
    first, second, shortcut = convolutions(block)

    branch = first(interpolate(relu(normal(norm, features)), scale_factor=2))
    branch = second(relu(normal(norm, branch)))
    expected = branch + shortcut(interpolate(features, scale_factor=2))

    torch.testing.assert_close(block(features), expected)


@NORMS
def test_a_down_block_averages_squares_behind_branch_and_shortcut(norm):
    block, features = made(DownBlock, 3, 5, norm, halve=True), given()
    first, second, shortcut = convolutions(block)

    branch = second(relu(normal(norm, first(relu(normal(norm, features))))))
    expected = avg_pool2d(branch, 2) + avg_pool2d(shortcut(features), 2)

    torch.testing.assert_close(block(features), expected)


def test_a_block_that_halves_nothing_has_a_convolution_where_channels_change_and_else_none():
    block, features = made(DownBlock, 3, 5, "none", halve=False), given()
    first, second, shortcut = convolutions(block)
    torch.testing.assert_close(
        block(features), second(relu(first(relu(features)))) + shortcut(features)
    )

    block = made(DownBlock, 3, 3, "none", halve=False)
    first, second = convolutions(block)
    torch.testing.assert_close(block(features), second(relu(first(relu(features)))) + features)


def test_the_first_block_sees_the_image_as_it_is_dark_pixels_too():
    block, images = made(FirstDownBlock, 3, 5), given()
    first, second, shortcut = convolutions(block)

    expected = avg_pool2d(second(relu(first(images))) + shortcut(images), 2)

    torch.testing.assert_close(block(images), expected)


@pytest.mark.parametrize(
    "block",
    [
        made(UpBlock, 3, 3, "none"),
        made(DownBlock, 3, 3, "none", halve=True),
        made(DownBlock, 3, 3, "none", halve=False),
        made(FirstDownBlock, 3, 3),
    ],
    ids=["up", "down", "same", "first"],
)
def test_what_a_block_is_given_stays_as_it_is(block):
    features = given()

    block(features)

    assert torch.equal(features, given())


def test_an_up_block_is_told_of_classes_before_both_convolutions():
    block, features = made(UpBlock, 3, 5, "instance", n_classes=2).float(), given().float()
    tables = [table for name, table in block.named_parameters() if name.endswith("gains_KC")]
    labels = torch.tensor([0, 1])
    before = block(features, labels)
    assert len(tables) == 2

    for table in tables:
        with torch.no_grad():
            table[1] += 1
        after = block(features, labels)
        assert torch.equal(after[0], before[0])
        assert not torch.allclose(after[1], before[1])
        before = after
