"""The adversarial autoencoder: who learns from what, and its gradients."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.losses.adversarial import NonSaturating
from gan_lab.losses.likelihoods import Gaussian
from gan_lab.losses.relativistic import Relativistic
from gan_lab.training.adversarial_autoencoder import AdversarialAutoencoder
from gan_lab.training.player import Player, Recipe

SHAPE = (1, 2, 2)
RANDOM = torch.Generator().manual_seed(0)
IMAGES = torch.rand(6, *SHAPE, generator=RANDOM, dtype=torch.float64)
LATENTS = torch.randn(6, 2, generator=RANDOM, dtype=torch.float64)


def autoencoder(loss=None, monkeypatch=None):
    torch.manual_seed(0)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    players = dict.fromkeys(AdversarialAutoencoder.players, player)
    judge = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), nn.Flatten(0))
    module = AdversarialAutoencoder(
        encoder=nn.Sequential(nn.Flatten(), nn.Linear(4, 2)).double(),
        decoder=nn.Sequential(nn.Linear(2, 4), nn.Unflatten(1, SHAPE)).double(),
        discriminator=judge.double(),
        likelihood=Gaussian(value_range=(0.0, 1.0), std=0.5),
        loss=loss or NonSaturating(),
        inputs=InputSource(GaussianPrior(dim=2)),
        binary=False,
        recipe=Recipe(players, batch_size=len(IMAGES), seed=0),
    )
    if monkeypatch:
        monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    return module


def gradients(module, *names):
    return [weight.grad for name in names for weight in getattr(module, name).parameters()]


def expected(module, objective, *names):
    weights = [weight for name in names for weight in getattr(module, name).parameters()]
    return torch.autograd.grad(objective, weights)


def test_encoder_and_decoder_learn_to_reconstruct(monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)

    module.reconstruction_phase(IMAGES)

    said = module.decoder(module.encoder(IMAGES))
    lost = ((said - IMAGES) / 0.5).square().flatten(1).sum(dim=1).mean() / 2
    torch.testing.assert_close(
        gradients(module, "encoder", "decoder"),
        list(expected(module, lost, "encoder", "decoder")),
    )
    assert gradients(module, "discriminator") == [None] * 4


def test_the_discriminator_learns_that_latents_are_real_and_codes_are_not(monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)

    module.discriminator_phase(IMAGES, LATENTS)

    real = module.discriminator(LATENTS)
    fake = module.discriminator(module.encoder(IMAGES))
    loss = -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean()
    torch.testing.assert_close(
        gradients(module, "discriminator"), list(expected(module, loss, "discriminator"))
    )
    assert gradients(module, "encoder", "decoder") == [None] * 4


def test_the_encoder_learns_to_deceive_and_the_decoder_does_not(monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)

    module.generator_phase(IMAGES, LATENTS)

    fake = module.discriminator(module.encoder(IMAGES))
    loss = -fake.sigmoid().log().mean()
    torch.testing.assert_close(
        gradients(module, "encoder"), list(expected(module, loss, "encoder"))
    )
    assert gradients(module, "decoder", "discriminator") == [None] * 6


def test_a_loss_of_pairs_compares_codes_with_latents(monkeypatch):
    module = autoencoder(Relativistic(), monkeypatch)

    module.generator_phase(IMAGES, LATENTS)

    fake = module.discriminator(module.encoder(IMAGES))
    loss = nn.functional.softplus(module.discriminator(LATENTS) - fake).mean()
    torch.testing.assert_close(
        gradients(module, "encoder"), list(expected(module, loss, "encoder"))
    )


def test_the_encoder_is_updated_twice_and_each_network_by_its_players(monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)
    updated = []
    monkeypatch.setattr(module, "update", updated.append)

    module.iterate({"data": [Batch(IMAGES)]}, {"latents": LATENTS})

    assert updated == ["autoencoder", "discriminator", "generator"]
    assert module.reference["d_real"] == pytest.approx(0.5)
