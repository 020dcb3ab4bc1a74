"""The adversarial autoencoder that tells classes: who learns from what, and its gradients."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.latents.structured import Structured
from gan_lab.losses.adversarial import NonSaturating
from gan_lab.losses.likelihoods import Gaussian
from gan_lab.losses.relativistic import Relativistic
from gan_lab.networks.autoencoder_mlp import FactorDiscriminators
from gan_lab.training.categorical_adversarial_autoencoder import (
    CategoricalAdversarialAutoencoder,
)
from gan_lab.training.player import Player, Recipe

SHAPE = (1, 2, 2)
PRIOR = Structured(
    factors={
        "style": {"kind": "gaussian", "size": 2},
        "category": {"kind": "categorical", "size": 3, "informative": True},
    }
)
RANDOM = torch.Generator().manual_seed(0)
IMAGES = torch.rand(6, *SHAPE, generator=RANDOM, dtype=torch.float64)
LATENTS = PRIOR.sample(6, RANDOM).double()
LABELLED = Batch(torch.rand(4, *SHAPE, generator=RANDOM).double(), torch.tensor([0, 2, 1, 2]))
THREE = Labels(("a", "b", "c"), [9, 9, 9])
ENCODER, DECODER, JUDGES = "encoder", "decoder", "discriminator"


def autoencoder(loss=None, monkeypatch=None, prior=PRIOR, labelled=THREE):
    torch.manual_seed(0)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    players = dict.fromkeys(CategoricalAdversarialAutoencoder.players, player)
    module = CategoricalAdversarialAutoencoder(
        encoder=nn.Sequential(nn.Flatten(), nn.Linear(4, 5)).double(),
        decoder=nn.Sequential(nn.Linear(5, 4), nn.Unflatten(1, SHAPE)).double(),
        discriminator=FactorDiscriminators([2, 3], [4], "softplus").double(),
        likelihood=Gaussian(value_range=(0.0, 1.0), std=0.5),
        loss=loss or NonSaturating(),
        inputs=InputSource(prior),
        labelled=labelled,
        binary=False,
        recipe=Recipe(players, batch_size=len(IMAGES), seed=0),
    )
    if monkeypatch:
        monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    return module


def weights_of(module, *names):
    return [weight for name in names for weight in getattr(module, name).parameters()]


def codes_of(module, images=IMAGES):
    """Written out, to be independent of the module's own."""
    said = module.encoder(images)
    return torch.cat([said[:, :2], said[:, 2:].exp() / said[:, 2:].exp().sum(1, True)], dim=1)


def judged(module, latents):
    style, category = module.discriminator.of_factor
    return style(latents[:, :2]).sigmoid(), category(latents[:, 2:]).sigmoid()


def reconstruction(module):
    said = module.decoder(codes_of(module))
    return ((said - IMAGES) / 0.5).square().flatten(1).sum(dim=1).mean() / 2


def told_apart(module):
    pairs = zip(judged(module, LATENTS), judged(module, codes_of(module)), strict=True)
    return sum(-real.log().mean() - (1 - fake).log().mean() for real, fake in pairs)


def deceived(module):
    return sum(-fake.log().mean() for fake in judged(module, codes_of(module)))


def misread(module):
    classes = codes_of(module, LABELLED.images)[:, 2:]
    return -classes[range(4), LABELLED.condition].log().mean()


PHASES = {
    "reconstruction": (lambda module: module.reconstruction_phase(IMAGES), reconstruction),
    "discriminator": (lambda module: module.discriminator_phase(IMAGES, LATENTS), told_apart),
    "generator": (lambda module: module.generator_phase(IMAGES, LATENTS), deceived),
    "classification": (lambda module: module.classification_phase(LABELLED), misread),
}
LEARNING = {
    "reconstruction": (ENCODER, DECODER),
    "discriminator": (JUDGES,),
    "generator": (ENCODER,),
    "classification": (ENCODER,),
}


@pytest.mark.parametrize("phase", PHASES)
def test_the_gradient_of_a_phase_agrees_with_finite_differences(phase, monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)
    run, objective = PHASES[phase]

    run(module)

    others = {ENCODER, DECODER, JUDGES} - set(LEARNING[phase])
    assert all(weight.grad is None for weight in weights_of(module, *others))
    for weight in weights_of(module, *LEARNING[phase]):
        for index in range(weight.numel()):
            sides = []
            for step in (1e-5, -1e-5):
                with torch.no_grad():
                    weight.view(-1)[index] += step
                    sides.append(objective(module).item())
                    weight.view(-1)[index] -= step
            slope = (sides[0] - sides[1]) / 2e-5
            assert weight.grad.view(-1)[index].item() == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_discriminators_see_probabilities_that_add_up_and_no_logits():
    module = autoencoder()
    with torch.no_grad():
        for weight in weights_of(module, ENCODER):
            weight *= 30
    seen = []
    module.discriminator.of_factor[1].register_forward_pre_hook(
        lambda network, values: seen.append(values[0])
    )

    codes = module.codes(IMAGES)
    module.discriminator(codes)

    assert (seen[0] >= 0).all()
    torch.testing.assert_close(seen[0].sum(dim=1), torch.ones(6).double())
    torch.testing.assert_close(codes, codes_of(module))
    assert codes[:, :2].abs().max() > 1  # numbers of style are as they are


def test_a_discriminator_of_one_factor_sees_nothing_of_the_other():
    judges = FactorDiscriminators([2, 3], [4], "relu")
    style, category = judges(LATENTS.float())
    other = LATENTS.float()
    other[:, 2:] = other[:, [3, 4, 2]]

    again = judges(other)

    assert style.shape == category.shape == (6,)
    assert torch.equal(again[0], style)
    assert not torch.equal(again[1], category)


def test_discriminators_learn_to_tell_draws_of_the_prior_from_codes(monkeypatch):
    module = autoencoder(monkeypatch=monkeypatch)
    optimizer = torch.optim.Adam(module.discriminator.parameters(), lr=0.05)
    for _ in range(100):
        optimizer.zero_grad()
        module.discriminator_phase(IMAGES, LATENTS)
        optimizer.step()

    for real, fake in zip(judged(module, LATENTS), judged(module, codes_of(module)), strict=True):
        assert real.mean() > 0.8
        assert fake.mean() < 0.2


def test_a_loss_of_pairs_compares_the_codes_of_a_factor_with_its_prior(monkeypatch):
    module = autoencoder(Relativistic(), monkeypatch)

    module.generator_phase(IMAGES, LATENTS)

    fake, real = module.discriminator(codes_of(module)), module.discriminator(LATENTS)
    loss = sum(nn.functional.softplus(real[i] - fake[i]).mean() for i in range(2))
    expected = torch.autograd.grad(loss, weights_of(module, ENCODER))
    torch.testing.assert_close([w.grad for w in weights_of(module, ENCODER)], list(expected))


def test_the_phases_come_in_the_papers_order_and_labels_are_learned_where_there_are_some(
    monkeypatch,
):
    module = autoencoder(monkeypatch=monkeypatch)
    updated = []
    monkeypatch.setattr(module, "update", updated.append)
    images = {"data": [Batch(IMAGES)]}

    module.iterate(images | {"labelled": [LABELLED]}, {"latents": LATENTS})
    module.iterate(images, {"latents": LATENTS})

    clusters = ["autoencoder", "discriminator", "generator"]
    assert updated == [*clusters, "classifier", *clusters]


def test_labels_of_the_other_images_are_not_looked_at(monkeypatch):
    found = []
    for labels in (torch.zeros(6).long(), torch.full((6,), 2), None):
        module = autoencoder(monkeypatch=monkeypatch)
        monkeypatch.setattr(module, "update", lambda player: None)
        batches = {"data": [Batch(IMAGES, labels)], "labelled": [LABELLED]}
        module.iterate(batches, {"latents": LATENTS})
        found.append([weight.grad for weight in weights_of(module, ENCODER, JUDGES)])

    torch.testing.assert_close(found[1], found[0], rtol=0, atol=0)
    torch.testing.assert_close(found[2], found[0], rtol=0, atol=0)


def test_streams_and_what_is_logged_follow_from_labels_and_factors():
    assert autoencoder().streams == {"data": 1, "labelled": 1}
    module = autoencoder(labelled=None)

    assert module.streams == {"data": 1}
    assert module.watched[1:] == (
        "d_real/style",
        "d_fake/style",
        "d_real/category",
        "d_fake/category",
    )
    assert module.reference["d_fake/category"] == pytest.approx(0.5)


def test_a_class_is_told_by_the_category_and_a_code_decodes_to_the_reconstruction():
    module = autoencoder().float()
    images = IMAGES.float()

    codes, logits = module.encode(images), module.classify(images)

    torch.testing.assert_close(logits.softmax(dim=1), codes[:, 2:])
    torch.testing.assert_close(logits, module.encoder(images)[:, 2:])
    torch.testing.assert_close(
        module.reconstruct(images), module.decoder(codes), check_stride=False
    )


@pytest.mark.parametrize(
    ("prior", "labelled", "words"),
    [
        (GaussianPrior(dim=5), None, "latent=category_and_style"),
        (Structured(factors={"z": {"kind": "gaussian", "size": 5}}), None, "categorical"),
        (PRIOR, Labels(("a", "b"), [1, 1]), "category.size=3 must be 2"),
    ],
)
def test_what_cannot_be_is_refused(prior, labelled, words):
    with pytest.raises(ConfigError, match=words):
        autoencoder(prior=prior, labelled=labelled)
