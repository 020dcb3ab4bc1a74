"""The small smooth networks for numbers on the line."""

import pytest
import torch

from gan_lab.networks.density_mlp import DensityDiscriminator, DensityGenerator

NUMBER = (1, 1, 1)


def generator(shape=NUMBER, hidden=(8, 6), **options):
    torch.manual_seed(0)
    return DensityGenerator(1, shape, (-1.0, 1.0), hidden, **options)


def discriminator(shape=NUMBER, hidden=(8, 6), **options):
    torch.manual_seed(0)
    return DensityDiscriminator(shape, hidden, **options)


@pytest.mark.parametrize("shape", [NUMBER, (2, 1, 1), (3, 8, 8)])
def test_latents_become_images_and_images_logits(shape):
    images = generator(shape)(torch.randn(5, 1))

    assert images.shape == (5, *shape)
    assert discriminator(shape)(images).shape == (5,)


def test_the_layers_have_the_units_asked_for():
    for network in (generator(), discriminator()):
        weights = [weight.numel() for weight in network.parameters()]
        assert weights == [8, 8, 8 * 6, 6, 6, 1]


def test_both_are_smooth():
    # A kink would show as a jump between neighbouring second differences.
    line = torch.linspace(-3, 3, 2001, dtype=torch.float64)
    for network, inputs in (
        (generator(), line[:, None]),
        (discriminator(), line[:, None, None, None]),
    ):
        bends = network.double()(inputs).flatten().diff().diff()
        assert bends.diff().abs().max() < 0.05 * bends.abs().max()
        assert bends.abs().max() > 1e-9


def test_numbers_and_verdicts_keep_full_precision_under_autocast():
    latents, numbers = torch.randn(5, 1), torch.randn(5, *NUMBER)

    for network, inputs in ((generator(), latents), (discriminator(), numbers)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = network(inputs)
        assert torch.equal(found, network(inputs))


def test_orthogonal_weights_have_the_gain_asked_for():
    for network in (generator(orthogonal=1.4), discriminator(orthogonal=1.4)):
        for weight in (layer for layer in network.parameters() if layer.ndim == 2):
            lengths = torch.linalg.svdvals(weight)
            torch.testing.assert_close(lengths, torch.full_like(lengths, 1.4))
        assert all(not bias.any() for bias in network.parameters() if bias.ndim == 1)
