"""SNGAN's residual networks: the layers of the paper's tables, its initial weights, its sizes."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.resnet import ResNetDiscriminator, ResNetGenerator, plan_for

Z = 128
# Tables 4 to 6 of the paper, and at 64x64 the authors' code: channels of G's first image and of its
# blocks, and of D's blocks. All of D's halve, but the last ones.
TABLES = {
    32: (128, [256, 256, 256, 256], [128, 128, 128, 128], 2),
    48: (64, [512, 256, 128, 64], [64, 128, 256, 512, 1024], 4),
    64: (64, [1024, 512, 256, 128, 64], [64, 128, 256, 512, 1024], 5),
    128: (64, [1024, 1024, 512, 256, 128, 64], [64, 128, 256, 512, 1024, 1024], 5),
}
NORMS = ["batch", "instance", "layer", "spectral", "none"]


def generator(shape=(3, 32, 32), width=2, norm="batch"):
    torch.manual_seed(0)
    return ResNetGenerator(Z, shape, (-1.0, 1.0), width, norm)


def discriminator(shape=(3, 32, 32), width=2, norm="spectral", minibatch_std=0):
    torch.manual_seed(0)
    return ResNetDiscriminator(shape, width, norm, minibatch_std)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def convolution(inputs, outputs, kernel):
    return inputs * outputs * kernel**2 + outputs


@pytest.mark.parametrize("size", TABLES)
def test_both_networks_have_the_weights_of_the_papers_tables(size):
    width, up, down, halvings = TABLES[size]
    smallest = size // 2 ** (len(up) - 1)
    in_generator = (Z + 1) * smallest**2 * up[0]
    for before, after in pairwise(up):
        in_generator += 2 * before + convolution(before, after, 3)
        in_generator += 2 * after + convolution(after, after, 3)
        in_generator += convolution(before, after, 1)
    in_generator += 2 * up[-1] + convolution(up[-1], 3, 3)
    in_discriminator = convolution(3, down[0], 3) + convolution(down[0], down[0], 3)
    in_discriminator += convolution(3, down[0], 1)
    for number, (before, after) in enumerate(pairwise(down), start=2):
        in_discriminator += convolution(before, before, 3) + convolution(before, after, 3)
        if number <= halvings or before != after:
            in_discriminator += convolution(before, after, 1)
    in_discriminator += down[-1] + 1

    with torch.device("meta"):
        shape = (3, size, size)
        assert count(generator(shape, width)) == in_generator
        assert count(discriminator(shape, width, "none")) == in_discriminator


def test_the_networks_for_cifar10_have_the_known_numbers_of_weights():
    with torch.device("meta"):
        assert count(generator(width=128)) == 4_276_739
        assert count(discriminator(width=128, norm="none")) == 1_053_825


@pytest.mark.parametrize("size", TABLES)
def test_the_discriminator_halves_in_its_first_blocks(size):
    network = discriminator((1, size, size), width=1)
    *_, halvings = TABLES[size]

    features = network.layers[:-4](torch.randn(1, 1, size, size))

    assert features.shape[2:] == (size // 2**halvings,) * 2


def test_images_between_two_sizes_of_the_paper_have_the_networks_of_the_smaller():
    assert plan_for(40, 200) == plan_for(32, 32)
    assert plan_for(48, 80) == plan_for(48, 48)
    assert plan_for(96, 64) == plan_for(64, 64)
    assert plan_for(256, 160) == plan_for(128, 128)


@pytest.mark.parametrize(
    ("size", "nearest"),
    [((28, 28), "32x32"), ((50, 50), "48x48"), ((60, 80), "48x80"), ((1000, 999), "992x992")],
)
def test_another_size_is_refused_with_the_nearest(size, nearest):
    with pytest.raises(ConfigError, match=f"are {size[0]}x{size[1]}; .* is {nearest}"):
        plan_for(*size)


def test_weights_start_uniform_by_glorot_and_larger_in_the_branches():
    for network in (generator(width=32), discriminator(width=64, norm="none")):
        for name, layer in network.named_modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                weights = layer.weight.detach()
                places = weights[0, 0].numel()
                bound = (6 / places / sum(weights.shape[:2])) ** 0.5
                bound *= 2**0.5 if ".branch." in name else 1
                assert bound * 0.9 < weights.abs().max() <= bound
                assert weights.std().item() == pytest.approx(bound / 3**0.5, rel=0.15)
                assert not layer.bias.any()


def test_spectral_normalisation_keeps_the_weights_as_they_were_drawn():
    plain, spectral = discriminator(norm="none"), discriminator()

    for name, layer in spectral.named_modules():
        if hasattr(layer, "parametrizations"):
            original = layer.parametrizations.weight.original
            assert torch.equal(original, plain.get_submodule(name).weight)


@pytest.mark.parametrize("norm", NORMS)
def test_gradients_reach_all_weights(norm):
    judged = [(discriminator(norm=norm, minibatch_std=2), torch.randn(4, 3, 32, 32))]
    made = [] if norm == "spectral" else [(generator(norm=norm), torch.randn(4, Z))]
    for network, given in judged + made:
        network(given).square().sum().backward()

        for name, weight in network.named_parameters():
            assert weight.grad is not None, name
            # A bias before a normalisation has no effect.
            assert weight.dim() == 1 or weight.grad.abs().max() > 0, name


@pytest.mark.parametrize("norm", NORMS)
def test_a_verdict_does_not_depend_on_the_batch_once_training_is_over(norm):
    network = discriminator(norm=norm).eval()
    images = torch.randn(3, 3, 32, 32)

    torch.testing.assert_close(network(images)[:1], network(images[:1]))


def test_the_standard_deviation_of_a_group_reaches_the_last_block():
    network = discriminator(norm="none", minibatch_std=2)
    images = torch.randn(4, 3, 32, 32)
    other = images.clone()
    other[1] += 1

    before, after = network(images), network(other)

    assert before[0] != after[0]
    torch.testing.assert_close(before[2:], after[2:])
