"""The networks of the first conditional GAN: sizes, and that labels reach both."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.conditional_mlp import ConditionalMLPDiscriminator, ConditionalMLPGenerator

K, Z = 10, 100


def generator(n_classes=K):
    torch.manual_seed(0)
    return ConditionalMLPGenerator(
        Z, (1, 28, 28), (0.0, 1.0), n_classes, 200, 1000, 1200, 0.5, 0.05
    )


def discriminator(n_classes=K):
    torch.manual_seed(0)
    return ConditionalMLPDiscriminator((1, 28, 28), n_classes, 240, 50, 5, 240, 4, 0.5, 0.05)


def test_the_published_sizes_have_these_weights():
    of_generator = 101 * 200 + 11 * 1000 + 1201 * 1200 + 1201 * 784
    of_discriminator = 785 * 240 * 5 + 11 * 50 * 5 + 291 * 240 * 4 + 241

    assert sum(weight.numel() for weight in generator().parameters()) == of_generator
    assert sum(weight.numel() for weight in discriminator().parameters()) == of_discriminator


def test_images_and_logits_depend_on_the_label():
    made, judge = generator().eval(), discriminator().eval()
    latents, labels = torch.rand(1, Z).expand(3, -1), torch.tensor([0, 1, 9])

    images = made(latents, labels)
    logits = judge(images[:1].expand(3, -1, -1, -1), labels)

    assert images.shape == (3, 1, 28, 28)
    assert 0 <= images.min() < images.max() <= 1
    assert len(images.flatten(1).unique(dim=0)) == len(logits.unique()) == 3


def test_units_of_both_networks_are_dropped_in_training():
    made, latents = generator(), torch.rand(2, Z)
    labels = torch.tensor([3, 3])

    assert not torch.equal(made(latents, labels), made(latents, labels))
    for network in (made, discriminator()):
        assert [layer.p for layer in network.modules() if isinstance(layer, nn.Dropout)] == [
            0.5
        ] * 2


def test_the_features_are_what_the_last_layer_weighs():
    judge = discriminator().eval()

    logits, features, head = judge(torch.rand(4, 1, 28, 28), torch.arange(4), with_features=True)

    assert features.shape == (4, judge.n_features)
    assert head is None
    assert torch.equal(judge.last(features), logits)


@pytest.mark.parametrize("network", [generator, discriminator])
def test_without_classes_they_are_refused(network):
    with pytest.raises(ConfigError, match=r"add data\.condition=labels, or choose model=mlp"):
        network(0)
