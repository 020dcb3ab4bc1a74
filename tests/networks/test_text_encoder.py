"""Texts become what networks are told: of any length, in between, and as shares of classes are."""

import pytest
import torch

from gan_lab.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from gan_lab.networks.labels import Projection, one_hot
from gan_lab.networks.text_encoder import TextEncoder, ToldOfText

TEXTS = torch.tensor([[1, 2, 3], [3, 2, 1], [2, 0, 0]])


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return TextEncoder(3, 8)


def test_the_numbers_of_a_text_have_the_sum_of_shares(encoder):
    torch.testing.assert_close(encoder(TEXTS).sum(1), torch.ones(3))


def test_the_order_of_words_matters_and_nothing_behind_the_last_does(encoder):
    told = encoder(TEXTS)

    assert (told[0] - told[1]).abs().max() > 1e-3
    longer = torch.cat([TEXTS, torch.zeros(3, 4, dtype=torch.int64)], dim=1)
    torch.testing.assert_close(encoder(longer), told)


def test_shares_of_words_are_texts_and_lead_from_one_to_another(encoder):
    shares = one_hot(TEXTS, 4)

    torch.testing.assert_close(encoder(shares), encoder(TEXTS))
    halves = encoder(torch.lerp(shares[:1], shares[1:2], 0.5))
    assert halves.isfinite().all()
    nearly = encoder(torch.lerp(shares[:1], shares[2:], 1e-4))
    torch.testing.assert_close(nearly, encoder(TEXTS[:1]), atol=1e-3, rtol=0)


def test_a_text_without_words_is_told_as_something(encoder):
    assert encoder(torch.zeros(1, 3, dtype=torch.int64)).isfinite().all()


def test_gains_of_a_generator_begin_at_one_with_texts_as_with_labels(encoder):
    generator = DCGANGenerator(4, (1, 8, 8), (-1.0, 1.0), width=4, n_classes=8).eval()
    latents = torch.randn(3, 4)

    made = ToldOfText(generator, encoder)(latents, TEXTS)

    torch.testing.assert_close(made, generator(latents, torch.zeros(3, dtype=torch.int64)))


def test_a_discriminator_is_told_and_shows_its_features(encoder):
    plain = DCGANDiscriminator((1, 8, 8), width=4, slope=0.2)
    network = ToldOfText(Projection(plain, 8), encoder).eval()
    images = torch.randn(3, 1, 8, 8)

    answers = network(images, TEXTS, with_features=True)

    assert network.bounded
    assert answers.features.shape == (3, plain.n_features)
    torch.testing.assert_close(network(images, TEXTS), answers.logits)
    assert (network(images, TEXTS.flip(0)) - answers.logits).abs().max() > 0
