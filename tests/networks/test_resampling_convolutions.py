"""Convolutions that resize: what the two steps give, one after the other."""

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

from gan_lab.networks.resampling_convolutions import PooledConv2d, UpsamplingConv2d

TWO_STEPS = {
    PooledConv2d: lambda layer, images: avg_pool2d(nn.Conv2d.forward(layer, images), 2),
    UpsamplingConv2d: lambda layer, images: nn.Conv2d.forward(
        layer, interpolate(images, scale_factor=2)
    ),
}


@pytest.mark.parametrize("kind", TWO_STEPS)
def test_one_step_gives_what_two_give_and_so_do_its_gradients(kind):
    torch.manual_seed(0)
    layer = kind(3, 5).double()
    images = torch.randn(2, 3, 8, 6, dtype=torch.float64, requires_grad=True)
    found, wanted = layer(images), TWO_STEPS[kind](layer, images)
    torch.testing.assert_close(found, wanted)

    tensors = [images, layer.weight, layer.bias]
    for gradient, expected in zip(
        torch.autograd.grad(found.square().sum(), tensors),
        torch.autograd.grad(wanted.square().sum(), tensors),
        strict=True,
    ):
        torch.testing.assert_close(gradient, expected)


def test_a_mean_of_constants_is_that_constant():
    layer = PooledConv2d(1, 1)
    with torch.no_grad():
        layer.weight.zero_()[0, 0, 1, 1] = 1
        layer.bias.zero_()

    assert torch.equal(layer(torch.full((1, 1, 4, 4), 3.0)), torch.full((1, 1, 2, 2), 3.0))
