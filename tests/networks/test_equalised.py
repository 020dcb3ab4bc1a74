"""Layers with one learning rate, and pixels of one length: Karras et al., 2018."""

import pytest
import torch
from torch.nn.functional import conv2d

from gan_lab.networks.equalised import EqualisedConv2d, EqualisedLinear, PixelNorm


@pytest.mark.parametrize("gain", [1.0, 2**0.5])
def test_weights_are_of_variance_1_and_outputs_of_the_gain(gain):
    torch.manual_seed(0)
    layers = {
        EqualisedConv2d(32, 64, 3, gain): torch.randn(64, 32, 5, 5),
        EqualisedLinear(200, 300, gain): torch.randn(500, 200),
    }

    for layer, features in layers.items():
        outputs = layer(features)
        inside = outputs[..., 1:-1, 1:-1] if outputs.dim() == 4 else outputs
        assert layer.weight.std().item() == pytest.approx(1, rel=0.02)
        assert not layer.bias.any()
        assert inside.std().item() == pytest.approx(gain, rel=0.03)


def test_a_step_of_adam_is_scaled_like_the_weights():
    torch.manual_seed(0)
    layer, features = EqualisedConv2d(2, 3), torch.randn(1, 2, 4, 4)
    before = layer(features)
    scale = (2 / 18) ** 0.5  # sqrt(2) over the root of 2 channels times 3x3
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    signs = torch.randn_like(layer.weight).sign()

    (layer.weight * signs).sum().backward()
    optimizer.step()

    moved = conv2d(features, -0.1 * scale * signs, padding=1)
    torch.testing.assert_close(layer(features) - before, moved, rtol=1e-4, atol=1e-5)


def test_each_pixel_keeps_its_direction_and_has_a_mean_square_of_1():
    features = torch.randn(2, 5, 3, 3, dtype=torch.float64)

    normed = PixelNorm()(features)

    torch.testing.assert_close(normed.square().mean(1), torch.ones(2, 3, 3).double())
    lengths = features.square().mean(1, keepdim=True).sqrt()
    torch.testing.assert_close(normed * lengths, features)


def test_a_pixel_of_zeros_stays_and_has_a_gradient():
    features = torch.zeros(1, 4, requires_grad=True)

    normed = PixelNorm()(features)
    normed.sum().backward()

    assert not normed.any()
    assert features.grad.isfinite().all()
