"""The network whose features compare images."""

import pytest
import torch
from torch import nn

from gan_lab.networks.classifier import SMALLEST_SIZE, WIDTHS, ClassifierNetwork


def network(channels=3, classes=10):
    torch.manual_seed(0)
    return ClassifierNetwork(channels, classes)


def correlated_images(channels=3):
    """Smooth noise of mean 0.4: neighbours and channels resemble each other, as in photographs."""
    noise = torch.rand(40, 1, 20, 20, generator=torch.Generator().manual_seed(0))
    smooth = nn.functional.avg_pool2d(noise, 3, stride=1)
    shades = 1 - 0.3 * torch.rand(40, channels, 1, 1, generator=torch.Generator().manual_seed(1))
    return smooth * shades


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [SMALLEST_SIZE, 28, 32, 48])
def test_images_become_features_and_logits(channels, size):
    net = network(channels, classes=7).eval()
    images = torch.rand(2, channels, size, size)

    features = net.features(images)

    assert features.shape == (2, WIDTHS[channels][-1])
    assert net(images).shape == (2, 7)
    assert torch.equal(net(images), net.head(features))


@pytest.mark.parametrize("channels", [1, 3])
def test_the_first_filters_whiten_patches_and_have_both_signs(channels):
    net, images = network(channels), correlated_images(channels)

    net.fit_whitening(images)

    one_sign, other_sign = net.whitening(images).detach().double().chunk(2, dim=1)
    torch.testing.assert_close(one_sign, -other_sign)
    answers = one_sign.transpose(0, 1).flatten(1)
    covariance = torch.cov(answers)
    variances = covariance.diagonal()
    assert answers.mean(dim=1).abs().max() < 1e-4
    assert (covariance - variances.diag()).abs().max() < 1e-3
    # Every direction is brought to nearly 1 unless it hardly varies at all.
    assert 0.9 < variances.max() < 1


def test_the_whitening_filters_are_fixed_and_all_else_learns():
    net = network()
    net.fit_whitening(correlated_images())

    net(torch.rand(8, 3, 32, 32)).logsumexp(dim=1).sum().backward()

    assert not net.whitening.weight.requires_grad
    learning = {name: w for name, w in net.named_parameters() if w.requires_grad}
    assert all(weight.grad is not None and weight.grad.any() for weight in learning.values())


def test_convolutions_begin_by_handing_their_input_on():
    first = network().blocks[1][0]

    images = torch.rand(2, first.in_channels, 8, 8)

    torch.testing.assert_close(first(images)[:, : first.in_channels], images)


@pytest.mark.parametrize(("channels", "megabytes"), [(1, 1), (3, 2)])
def test_in_half_precision_the_weights_are_small_enough_to_ship(channels, megabytes):
    weights = sum(weight.numel() for weight in network(channels).parameters())

    assert 2 * weights < 0.95 * megabytes * 1_000_000
