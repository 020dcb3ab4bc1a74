"""The priors: their moments, their supports, and draws that repeat."""

import math

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.latents.priors import Gaussian, Petals, Spherical, SwissRoll, Uniform

N = 20_000
PRIORS = [Gaussian(dim=5), Uniform(dim=5), Uniform(dim=5, low=0.0, high=3.0), Spherical(dim=5)]


def draw(prior, seed=0, n=N):
    return prior.sample(n, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_samples_are_float32_rows_of_the_latent_dimension(prior):
    latents = draw(prior, n=7)

    assert latents.shape == (7, 5)
    assert latents.dtype == torch.float32


@pytest.mark.parametrize(
    ("prior", "mean", "variance", "fourth"),
    [
        (Gaussian(dim=5), 0.0, 1.0, 3.0),
        (Uniform(dim=5), 0.0, 1 / 3, 1 / 5),
        (Uniform(dim=5, low=0.0, high=3.0), 1.5, 9 / 12, 81 / 80),
        (Uniform(dim=5, low=-math.sqrt(3), high=math.sqrt(3)), 0.0, 1.0, 9 / 5),
        # One coordinate of a point on the sphere: x**2 / Z is Beta(1/2, (Z-1)/2).
        (Spherical(dim=5), 0.0, 1.0, 3 * 5 / 7),
    ],
    ids=repr,
)
def test_moments_are_those_of_the_distribution(prior, mean, variance, fourth):
    latents = draw(prior).double()

    centred = latents - mean
    assert latents.mean(0).tolist() == pytest.approx([mean] * 5, abs=0.04)
    assert centred.square().mean(0).tolist() == pytest.approx([variance] * 5, rel=0.05)
    assert centred.pow(4).mean(0).tolist() == pytest.approx([fourth] * 5, rel=0.12)


@pytest.mark.parametrize("threshold", [0.1, 0.7, 2.0])
def test_a_truncated_gaussian_is_one_whose_large_numbers_are_drawn_again(threshold):
    latents = draw(Gaussian(dim=5).truncated(threshold)).double().flatten()
    kept = draw(Gaussian(dim=5), seed=1, n=200_000).double().flatten()
    kept = kept[kept.abs() <= threshold]

    assert latents.abs().max() <= threshold
    shares = torch.linspace(0, 1, 21, dtype=torch.double)
    expected = kept[: len(latents)].quantile(shares[1:-1])
    torch.testing.assert_close(
        latents.quantile(shares[1:-1]), expected, rtol=0, atol=0.03 * threshold
    )


def test_one_seed_has_the_same_latents_nearer_to_0_the_lower_the_threshold():
    whole, wide, narrow = (
        draw(prior, n=100)
        for prior in (Gaussian(dim=5), *(Gaussian(dim=5).truncated(t) for t in (2.0, 0.5)))
    )

    assert torch.equal(whole.sign(), narrow.sign())
    assert torch.equal(whole.flatten().argsort(), narrow.flatten().argsort())
    assert bool((narrow.abs() < wide.abs()).all() and (wide.abs() < whole.abs()).all())


@pytest.mark.parametrize("threshold", [1e-6, 30.0, 1000.0])
def test_extreme_thresholds_give_finite_latents(threshold):
    latents, whole = (
        draw(prior, n=100_000) for prior in (Gaussian(dim=5).truncated(threshold), Gaussian(dim=5))
    )

    assert latents.abs().max() <= threshold
    assert bool((latents.abs() <= whole.abs()).all())
    assert latents.unique().numel() > 1000


@pytest.mark.parametrize("threshold", [30.0, 1000.0])
def test_a_threshold_that_cuts_nothing_changes_next_to_nothing(threshold):
    whole = draw(Gaussian(dim=5), n=100_000)

    torch.testing.assert_close(
        draw(Gaussian(dim=5).truncated(threshold), n=100_000), whole, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize("prior", [Uniform(dim=5), Spherical(dim=5)], ids=repr)
def test_other_priors_refuse_to_be_truncated(prior):
    with pytest.raises(
        ConfigError, match=r"truncation=0\.7 is for latent=gaussian, .* leave it out"
    ):
        prior.truncated(0.7)


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_coordinates_are_uncorrelated(prior):
    correlations = torch.corrcoef(draw(prior).T)

    assert (correlations - torch.eye(5)).abs().max() < 0.04


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 3.0), (-2.5, -2.0)])
def test_uniform_numbers_fill_their_range_and_stay_in_it(low, high):
    latents = draw(Uniform(dim=5, low=low, high=high))

    margin = 0.001 * (high - low)
    assert low <= latents.min() < low + margin
    assert high - margin < latents.max() <= high


@pytest.mark.parametrize("dim", [1, 2, 5, 100])
def test_spherical_latents_lie_at_the_square_root_of_the_dimension(dim):
    lengths = draw(Spherical(dim=dim), n=500).double().norm(dim=1)

    assert lengths.tolist() == pytest.approx([math.sqrt(dim)] * 500, rel=1e-5)


def test_spherical_directions_on_a_circle_are_uniform():
    latents = draw(Spherical(dim=2))

    octants = (torch.atan2(latents[:, 1], latents[:, 0]) / (math.pi / 4)).floor()
    shares = octants.unique(return_counts=True)[1] / N
    assert shares.tolist() == pytest.approx([1 / 8] * 8, rel=0.1)


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_draws_are_a_function_of_the_generator_alone(prior):
    expected = draw(prior, seed=3, n=10)
    torch.rand(50)

    again = draw(prior, seed=3, n=10)

    assert torch.equal(again, expected)
    assert not torch.equal(draw(prior, seed=4, n=10), expected)


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_drawing_leaves_torchs_own_random_state_alone(prior):
    before = torch.get_rng_state()

    draw(prior, n=10)

    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("low", "high"), [(1.0, -1.0), (0.5, 0.5), (float("nan"), 1.0)])
def test_a_uniform_range_that_is_empty_is_refused(low, high):
    with pytest.raises(ConfigError, match=rf"latent\.low={low} must be smaller than .*high={high}"):
        Uniform(dim=5, low=low, high=high)


def test_petals_lie_around_the_origin_each_drawn_out_away_from_it():
    prior = Petals(dim=2, petals=6, radius=3.0, length=0.5, breadth=0.1)
    latents = draw(prior)
    angles = torch.atan2(latents[:, 1], latents[:, 0])
    nearest = (angles / (math.tau / 6)).round() % 6

    shares = nearest.long().bincount()
    assert len(shares) == 6
    assert shares.min() > 0.9 * len(latents) / 6
    first = latents[nearest == 0]
    assert first.mean(dim=0).tolist() == pytest.approx([3.0, 0.0], abs=0.05)
    assert first.std(dim=0).tolist() == pytest.approx([0.5, 0.1], abs=0.02)


def test_a_swiss_roll_is_as_dense_outside_as_inside():
    latents = draw(SwissRoll(dim=2, turns=2.0, radius=4.0, thickness=0.0))
    distances = latents.norm(dim=1)

    assert distances.max() <= 4
    # Of a spiral the way within a distance grows with its square.
    for share in (0.25, 0.5, 0.75):
        assert (distances < 4 * share**0.5).double().mean().item() == pytest.approx(share, abs=0.02)
    along = distances / 4 * 2.0 * math.tau
    torch.testing.assert_close(
        latents, distances[:, None] * torch.stack([along.cos(), along.sin()], dim=1),
        rtol=0, atol=1e-4,
    )  # fmt: skip


@pytest.mark.parametrize("prior", [Petals, SwissRoll])
def test_priors_of_the_plane_refuse_other_dimensions(prior):
    with pytest.raises(ConfigError, match=r"latent.dim=16 must be 2"):
        prior(dim=16)
