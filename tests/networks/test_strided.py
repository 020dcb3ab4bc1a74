"""Strided convolutions: torch's own, whichever way the gradient of their weights is computed."""

from functools import partial

import pytest
import torch
from torch import nn

from gan_lab.networks import strided
from gan_lab.networks.strided import (
    OneProduct,
    StridedConv2d,
    StridedConvTranspose2d,
    weight_gradient,
)

# Sides of the large image, kernels, paddings, and the rows that an even side leaves over.
GEOMETRIES = [(7, 3, 1, 0), (8, 4, 1, 0), (6, 3, 1, 1), (4, 5, 2, 1), (9, 3, 0, 0)]
C_LARGE, C_SMALL, N = 3, 5, 2


def images(*shape, dtype=torch.float64):
    return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(sum(shape)))


def settings(padding, transposed, output_padding):
    after = output_padding if transposed else 0
    return (2, 2), (padding,) * 2, (1, 1), transposed, (after,) * 2, 1


@pytest.fixture(autouse=True)
def a_processor_with_amx(monkeypatch):
    monkeypatch.setattr(strided, "has_amx", lambda: True)


@pytest.mark.parametrize(("side", "kernel", "padding", "output_padding"), GEOMETRIES)
@pytest.mark.parametrize("transposed", [False, True])
def test_weight_gradient_is_autograds(side, kernel, padding, output_padding, transposed):
    weight = images(C_SMALL, C_LARGE, kernel, kernel).requires_grad_()
    convolve = nn.functional.conv2d
    large = images(N, C_LARGE, side, side)
    small = convolve(large, weight, stride=2, padding=padding)
    if transposed:
        convolve = partial(nn.functional.conv_transpose2d, output_padding=output_padding)
        after = convolve(small.detach(), weight, stride=2, padding=padding)
        pair = small.detach(), images(*after.shape)
        assert after.shape == large.shape
    else:
        after = small
        pair = images(*after.shape), large
    (after * pair[transposed]).sum().backward()

    found = weight_gradient(*pair, (kernel, kernel), (2, 2), (padding, padding))

    torch.testing.assert_close(found, weight.grad)


@pytest.mark.slow
@pytest.mark.parametrize(("side", "kernel", "padding", "output_padding"), GEOMETRIES)
@pytest.mark.parametrize("transposed", [False, True])
def test_first_and_second_derivatives_are_right(side, kernel, padding, output_padding, transposed):
    small = (side + 2 * padding - kernel) // 2 + 1
    before = (C_SMALL, small) if transposed else (C_LARGE, side)
    arguments = [
        images(N, before[0], before[1], before[1]),
        images(C_SMALL, C_LARGE, kernel, kernel),
        images(C_LARGE if transposed else C_SMALL),
    ]
    arguments = [argument.requires_grad_() for argument in arguments]

    def convolve(*tensors):
        return OneProduct.apply(*tensors, *settings(padding, transposed, output_padding))

    assert torch.autograd.gradcheck(convolve, arguments)
    assert torch.autograd.gradgradcheck(convolve, arguments)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("layer", "usual", "before"),
    [
        (StridedConv2d, nn.Conv2d, (N, C_LARGE, 8, 8)),
        (StridedConvTranspose2d, nn.ConvTranspose2d, (N, C_LARGE, 4, 4)),
    ],
)
def test_bfloat16_training_by_one_product_is_the_usual_layers(layer, usual, before, bias):
    torch.manual_seed(0)
    ours = layer(C_LARGE, C_SMALL, 4, padding=1, bias=bias)
    torchs = usual(C_LARGE, C_SMALL, 4, stride=2, padding=1, bias=bias)
    torchs.load_state_dict(ours.state_dict())
    found = []
    for network in (ours, torchs):
        inputs = images(*before, dtype=torch.float32).requires_grad_()
        with torch.autocast("cpu", torch.bfloat16):
            outputs = network(inputs)
        outputs.float().square().sum().backward()
        found.append([outputs, inputs.grad, *(weight.grad for weight in network.parameters())])

    assert by_one_product(ours, before)
    for one, other in zip(*found, strict=True):
        assert one.dtype == other.dtype
        torch.testing.assert_close(one, other, rtol=0.02, atol=0.02 * other.abs().max().item())


def by_one_product(layer, shape):
    with torch.autocast("cpu", torch.bfloat16):
        return type(layer(images(*shape, dtype=torch.float32)).grad_fn).__name__ == (
            "OneProductBackward"
        )


def test_only_small_images_take_this_way():
    down = StridedConv2d(C_LARGE, C_SMALL, 4, padding=1)
    up = StridedConvTranspose2d(C_LARGE, C_SMALL, 4, padding=1)

    assert [by_one_product(down, (N, C_LARGE, 2 * row, 2 * row)) for row in (3, 4, 5)] == [
        True,
        True,
        False,
    ]
    assert [by_one_product(up, (N, C_LARGE, row, row)) for row in (3, 4, 5)] == [True, True, False]


def test_weights_at_rest_and_other_processors_take_torchs_way(monkeypatch):
    layer = StridedConv2d(C_LARGE, C_SMALL, 4, padding=1)
    shape = (N, C_LARGE, 8, 8)
    assert by_one_product(layer, shape)
    with torch.no_grad():
        assert not by_one_product(layer, shape)
    layer.requires_grad_(False)
    assert not by_one_product(layer, shape)

    layer.requires_grad_(True)
    monkeypatch.setattr(strided, "has_amx", lambda: False)

    assert not by_one_product(layer, shape)


def test_float32_takes_torchs_way():
    layer = StridedConv2d(C_LARGE, C_SMALL, 4, padding=1)

    outputs = layer(images(N, C_LARGE, 8, 8, dtype=torch.float32))

    assert type(outputs.grad_fn).__name__ == "ConvolutionBackward0"
