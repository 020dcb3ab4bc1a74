"""The bound of a VAE on a model whose likelihood is known, and what would break it."""

from dataclasses import dataclass

import pytest
import torch

from gan_lab.claims.evidence_lower_bound import (
    IMAGES_ND,
    MODEL,
    PRECISION_Z,
    READING_ZD,
    STD,
    WEIGHTS_DZ,
    check,
)
from gan_lab.losses.likelihoods import Gaussian
from gan_lab.training.vae import kl_to_prior


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    known = outcome.numbers["mean log p(x), nats"]
    assert outcome.numbers["a poor encoder, 1 importance samples"] < known - 1
    assert outcome.numbers["a poor encoder, 1000 importance samples"] == pytest.approx(
        known, abs=0.01
    )


def test_likelihood_and_posterior_of_the_model_are_those_of_bayes():
    latents = torch.tensor([[0.3, -1.2]], dtype=torch.float64)
    normal = torch.distributions.Normal
    prior = normal(0.0, 1.0).log_prob(latents).sum()
    given = normal(latents @ WEIGHTS_DZ.T, STD).log_prob(IMAGES_ND).sum(dim=1)
    posterior = normal(IMAGES_ND @ READING_ZD.T, PRECISION_Z.rsqrt()).log_prob(latents).sum(dim=1)

    torch.testing.assert_close(prior + given - posterior, MODEL.log_prob(IMAGES_ND))


@dataclass(frozen=True, kw_only=True)
class Mean(Gaussian.__bases__[0]):
    """The likelihood with a mistake that others made: a mean over pixels, not a sum."""

    std = STD

    of_pixels, mean, pixels = Gaussian.of_pixels, Gaussian.mean, Gaussian.pixels

    def log_prob(self, said_NCHW, images_NCHW):
        return super().log_prob(said_NCHW, images_NCHW) / said_NCHW[0].numel()


@pytest.mark.parametrize(
    "wrong",
    [
        {"likelihood": Mean(value_range=(0.0, 1.0))},
        {"likelihood": Gaussian(value_range=(0.0, 1.0), std=1.0)},
        {"divergence": lambda *said: -kl_to_prior(*said)},
        {"divergence": lambda *said: kl_to_prior(*said) / 2},
        {"divergence": lambda mean, log_variance: kl_to_prior(mean, 2 * log_variance)},
    ],
)
def test_it_fails_with_another_likelihood_or_divergence(wrong):
    assert not check(**wrong).holds
