"""The divergence of a VAE's codes in closed form, and forms that others wrote."""

import pytest
import torch

from gan_lab.claims.kl_closed_form import LOG_VARIANCE, MEAN, check, deviation_of_one
from gan_lab.training.vae import kl_to_prior


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    known = torch.distributions.kl_divergence(
        torch.distributions.Normal(MEAN, (LOG_VARIANCE / 2).exp()),
        torch.distributions.Normal(0.0, 1.0),
    )
    assert outcome.numbers["KL by the formula"] == pytest.approx(known.sum().item())
    assert outcome.numbers["slope of log error by log samples"] == pytest.approx(-0.5, abs=0.03)


def test_the_deviation_of_one_sample_is_known():
    random = torch.Generator().manual_seed(0)
    noise = torch.randn(200_000, len(MEAN), generator=random, dtype=torch.float64)
    latents = MEAN + (LOG_VARIANCE / 2).exp() * noise
    logs = (latents.square() - noise.square() - LOG_VARIANCE).sum(dim=1) / 2

    assert deviation_of_one() == pytest.approx(logs.std().item(), rel=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda mean, log_variance: kl_to_prior(mean, 2 * log_variance),  # deviations taken for it
        lambda mean, log_variance: 2 * kl_to_prior(mean, log_variance),  # without the half
        lambda mean, log_variance: kl_to_prior(mean, log_variance) / len(MEAN),  # a mean, no sum
        lambda mean, log_variance: kl_to_prior(mean, log_variance) + len(MEAN) / 2,  # no -1
    ],
)
def test_it_fails_with_another_formula(wrong):
    assert not check(wrong).holds
