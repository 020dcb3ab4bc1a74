"""The networks of the first conditional GAN: sizes, and that labels reach both."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.conditional_mlp import ConditionalMLPDiscriminator, ConditionalMLPGenerator

K, NOISE = 10, 100
Z = NOISE + 1200 + 1200


def generator(n_classes=K, latent_dim=Z, dropout=0.5):
    torch.manual_seed(0)
    return ConditionalMLPGenerator(
        latent_dim, (1, 28, 28), (0.0, 1.0), n_classes, NOISE, 200, 1000, 1200, dropout, 0.05
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


def test_the_discriminator_drops_units_in_training():
    dropped = [layer.p for layer in discriminator().modules() if isinstance(layer, nn.Dropout)]

    assert dropped == [0.5] * 2


@pytest.mark.parametrize("training", [True, False])
def test_latents_say_which_units_the_generator_drops_in_samples_too(training):
    made, labels = generator().train(training), torch.tensor([3, 3])
    latents = torch.rand(2, Z)
    latents[1, :NOISE] = latents[0, :NOISE]
    alike = latents[:1].repeat(2, 1)
    alike[1, NOISE:] = (alike[0, NOISE:] >= 0.5) * 0.5  # other numbers on the same sides of 0.5

    images = made(latents, labels)

    assert not torch.equal(images[0], images[1])
    assert torch.equal(made(latents, labels), images)
    assert torch.equal(*made(alike, labels))


def test_dropped_units_are_made_up_for_by_the_others():
    made, plain = generator(), generator(latent_dim=NOISE, dropout=0.0)
    features = torch.rand(1, 1200)

    dropped = made.drop(features.expand(4000, -1), torch.rand(4000, 1200))

    assert set((dropped / features).round(decimals=4).unique().tolist()) == {0.0, 2.0}
    torch.testing.assert_close(dropped.mean(dim=0), features[0], rtol=0, atol=0.1)
    assert plain.drop(features, torch.zeros(1, 0)) is features


@pytest.mark.parametrize(("latent_dim", "dropout", "needed"), [(100, 0.5, 2500), (2500, 0.0, 100)])
def test_another_number_of_latents_is_refused(latent_dim, dropout, needed):
    with pytest.raises(ConfigError, match=rf"latent\.dim={latent_dim} must be {needed} for"):
        generator(latent_dim=latent_dim, dropout=dropout)


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
