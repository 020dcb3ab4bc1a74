"""The networks of Salimans et al.: sizes, noise, and a start at the data."""

import itertools

import pytest
import torch
from torch import nn

from gan_lab.networks.noisy_mlp import NoisyDiscriminator, NoisyGenerator
from gan_lab.networks.scaled_linear import ScaledLinear

IMAGES = torch.rand(200, 1, 4, 4, generator=torch.Generator().manual_seed(0))


def judge(n_class_logits=3, input_noise=0.3, noise=0.5):
    torch.manual_seed(0)
    return NoisyDiscriminator((1, 4, 4), [8, 6], input_noise, noise, n_class_logits)


def test_the_published_sizes_have_the_weights_that_the_authors_have():
    made = NoisyGenerator(100, (1, 28, 28), (0.0, 1.0), [500, 500])
    network = NoisyDiscriminator((1, 28, 28), [1000, 500, 250, 250, 250], 0.3, 0.5, 10)

    sizes = [784, 1000, 500, 250, 250, 250, 10]
    weights = sum((a + 1) * b for a, b in itertools.pairwise(sizes)) + 10
    assert sum(weight.numel() for weight in network.parameters()) == weights
    # Biases everywhere, no gains of the normalisation, lengths of the last weight vectors.
    expected = 100 * 500 + 500 + 500 * 500 + 500 + 500 * 784 + 784 + 784
    assert sum(weight.numel() for weight in made.parameters()) == expected
    assert [layer.weight for layer in made.modules() if isinstance(layer, nn.BatchNorm1d)] == [
        None, None,
    ]  # fmt: skip


def test_images_stay_in_the_value_range():
    made = NoisyGenerator(5, (3, 4, 4), (-1.0, 1.0), [8])

    images = made(torch.rand(6, 5))

    assert images.shape == (6, 3, 4, 4)
    assert -1 <= images.min() < images.max() <= 1


def test_noise_is_of_training_alone():
    network = judge()

    assert not torch.equal(network(IMAGES), network(IMAGES))
    network.eval()
    assert torch.equal(network(IMAGES), network(IMAGES))


def test_an_image_is_real_as_far_as_it_is_of_any_class():
    network = judge().eval()

    logits, features, classes = network(IMAGES, with_features=True)

    assert features.shape == (200, 6)
    assert classes.shape == (200, 3)
    torch.testing.assert_close(logits, classes.exp().sum(1).log())
    assert torch.equal(logits, network(IMAGES))


def test_without_classes_there_is_one_logit():
    logits, _, head = judge(0).eval()(IMAGES, with_features=True)

    assert logits.shape == (200,)
    assert head is None


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_at_the_start_every_layer_has_mean_0_and_variance_1_over_the_data(noise):
    network = judge(input_noise=noise, noise=noise)
    seen = []
    network.start_at_images(IMAGES)
    for layer in network.modules():
        if isinstance(layer, ScaledLinear):
            layer.register_forward_hook(lambda layer, inputs, outputs: seen.append(outputs))

    network(IMAGES)

    assert len(seen) == 3
    for outputs in seen:
        assert outputs.mean(0).abs().max() < (0.3 if noise else 1e-5)
        torch.testing.assert_close(
            outputs.std(0, correction=0), torch.ones(outputs.shape[1]), rtol=0,
            atol=0.3 if noise else 1e-4,
        )  # fmt: skip
