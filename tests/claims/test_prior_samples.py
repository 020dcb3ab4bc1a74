"""What an autoencoder and a VAE decode from the prior."""

import pytest

from gan_lab.claims.prior_samples import check

STEPS = 500


@pytest.mark.slow
def test_the_claim_holds_and_a_vae_is_as_good_from_the_prior_as_from_its_codes():
    outcome = check(steps=STEPS)

    assert outcome.holds
    from_prior, from_codes = (
        outcome.numbers[f"VAE: distance of images from {source}"]
        for source in ("the prior", "its codes")
    )
    assert from_prior == pytest.approx(from_codes, rel=0.7)
    assert outcome.numbers["VAE: standard deviation of codes"] == pytest.approx(1, abs=0.15)


@pytest.mark.slow
def test_it_fails_without_the_divergence():
    assert not check(beta=0.0, steps=STEPS).holds
