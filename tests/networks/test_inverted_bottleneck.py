"""Blocks without normalisation: what they compute, and how they start."""

import pytest
import torch
from torch.nn.functional import conv2d, leaky_relu

from gan_lab.networks.inverted_bottleneck import (
    InvertedBottleneck,
    Pixelwise,
    bottlenecks,
    keep_variance,
)


def test_a_pixelwise_map_is_a_1x1_convolution():
    torch.manual_seed(0)
    layer = Pixelwise(3, 5)
    features = torch.randn(2, 3, 4, 6)

    found = layer(features)

    torch.testing.assert_close(found, conv2d(features, layer.weight[..., None, None], layer.bias))
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_a_block_is_the_identity_at_the_start():
    features = torch.randn(2, 8, 4, 4)

    assert torch.equal(InvertedBottleneck(8, group_width=4, depth=8)(features), features)


def test_a_block_is_three_convolutions_beside_a_shortcut():
    torch.manual_seed(0)
    block = InvertedBottleneck(8, group_width=4, depth=8)
    for weight in block.parameters():
        torch.nn.init.normal_(weight)
    first, first_bias, grouped, grouped_bias, last = block.parameters()
    features = torch.randn(2, 8, 5, 6)

    inside = leaky_relu(conv2d(features, first[..., None, None], first_bias), 0.2)
    inside = leaky_relu(conv2d(inside, grouped, grouped_bias, padding=1, groups=4), 0.2)
    expected = features + conv2d(inside, last[..., None, None])

    torch.testing.assert_close(block(features), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("depth", [1, 8])
def test_weights_start_normal_with_the_deviation_of_the_paper(depth):
    torch.manual_seed(0)
    first, first_bias, grouped, grouped_bias, last = InvertedBottleneck(64, 16, depth).parameters()

    gain = (2 / 1.04) ** 0.5 * depth**-0.25
    assert first.std().item() == pytest.approx(gain / 64**0.5, rel=0.05)
    assert grouped.std().item() == pytest.approx(gain / (16 * 9) ** 0.5, rel=0.05)
    assert not any(weight.any() for weight in (first_bias, grouped_bias, last))


def test_the_variance_of_what_a_layer_is_given_is_kept():
    torch.manual_seed(0)
    layer = keep_variance(torch.nn.Linear(500, 400, bias=False))

    assert layer(torch.randn(200, 500)).std().item() == pytest.approx(1, rel=0.02)


def test_the_blocks_of_a_stage_do_not_share_weights():
    one, other = bottlenecks(8, 2, group_width=4, depth=2)

    assert not torch.equal(one.layers[0].weight, other.layers[0].weight)
