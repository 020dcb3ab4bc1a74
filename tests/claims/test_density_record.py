"""What is seen of a GAN on the line, against networks whose p_g and best D are known exactly."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import nn

from gan_lab.claims import density_record
from gan_lab.claims.density_record import DensityRecord, distance_from_theory, look
from gan_lab.data.density import Density
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian, Uniform
from gan_lab.losses.adversarial import Minimax
from tests.training.conftest import fit, recipe, tiny_gan

NORMAL = Density(weights=[1.0], means=[0.0], stds=[1.0])


def linear_gan(slope=1.0, shift=0.0, logit=0.0, prior=None, **changes):
    """G(z) = slope z + shift, and a D whose logit is the same everywhere."""
    generator, discriminator = nn.Linear(1, 1), nn.Linear(1, 1)
    with torch.no_grad():
        for layer, weight, bias in ((generator, slope, shift), (discriminator, 0.0, logit)):
            layer.weight.fill_(weight)
            layer.bias.fill_(bias)
    parts = {
        "generator": nn.Sequential(generator, nn.Unflatten(1, (1, 1, 1))),
        "discriminator": nn.Sequential(nn.Flatten(), discriminator, nn.Flatten(0)),
        "inputs": InputSource(prior or Gaussian(dim=1)),
        "loss": Minimax(),
        "recipe": recipe(average=None),
    }
    return tiny_gan(**parts | changes)


def test_a_moment_shows_the_exact_p_data_and_the_generators_p_g():
    moment = look(linear_gan(2.0, prior=Uniform(dim=1)), NORMAL, "now")

    flat = (np.abs(moment.x) < 1.9) * 0.25  # uniform on [-2, 2]
    away_from_edges = np.abs(np.abs(moment.x) - 2) > 0.1
    assert moment.title == "now"
    assert moment.p_data == pytest.approx(norm.pdf(moment.x), abs=1e-3)
    assert moment.p_g[away_from_edges] == pytest.approx(flat[away_from_edges], abs=0.02)


def test_a_moment_shows_d_and_the_best_d_against_this_generator():
    moment = look(linear_gan(shift=1.0, logit=math.log(3)), NORMAL, "")

    near = np.abs(moment.x - 0.5) < 1.5
    expected = 1 / (1 + np.exp(moment.x - 0.5))  # of two Gaussians 1 apart
    assert moment.d == pytest.approx(np.full(len(moment.x), 0.75))
    assert moment.best_d[near] == pytest.approx(expected[near], abs=0.03)


@pytest.mark.parametrize(
    ("prior", "quantile"), [(Uniform, lambda q: 2 * q - 1), (Gaussian, norm.ppf)]
)
def test_a_moment_shows_where_g_sends_latents_in_steps_of_equal_probability(prior, quantile):
    moment = look(linear_gan(-2.0, 0.5, prior=prior(dim=1)), NORMAL, "")

    steps = (np.arange(len(moment.z)) + 0.5) / len(moment.z)
    assert moment.z == pytest.approx(quantile(steps), abs=0.03)
    assert moment.g_of_z == pytest.approx(0.5 - 2 * moment.z, abs=1e-6)


def distances(module):
    names = ("D*", "1/2", "V", "V + log 4", "total variation")
    return dict(zip(names, distance_from_theory(module, NORMAL).values(), strict=True))


def test_a_perfect_generator_with_d_at_half_is_at_the_theorems_equilibrium():
    found = distances(linear_gan())

    assert found["D*"] < 0.02  # p_g is a histogram
    assert found["1/2"] == 0
    assert found["V"] == pytest.approx(-math.log(4), abs=1e-5)
    assert found["V + log 4"] < 1e-5
    assert found["total variation"] < 0.01


def test_a_d_at_half_does_not_hide_a_generator_that_is_off():
    found = distances(linear_gan(shift=1.0))

    assert found["1/2"] == 0
    assert found["V + log 4"] < 1e-5
    # The best D at -2.576, the lower end of the central 99%; bins reach to within 0.08 of it.
    assert found["D*"] == pytest.approx(1 / (1 + math.exp(-2.576 - 0.5)) - 0.5, abs=0.01)
    assert found["total variation"] == pytest.approx(2 * norm.cdf(0.5) - 1, abs=0.01)


def test_samples_outside_the_picture_count_as_mass_that_is_missing():
    assert distances(linear_gan(shift=100.0))["total variation"] == pytest.approx(1)


def test_where_neither_density_has_any_mass_d_is_not_compared():
    two_modes = Density(weights=[1, 1], means=[-3, 3], stds=[0.3, 0.3])

    found = distance_from_theory(linear_gan(0.3, 3.0), two_modes)

    # The left mode is missed and the right one met twice: D* is 1 there and 1/3 here.
    assert found["largest |D - D*| where the central 99% of the data are"] == pytest.approx(0.5)


def record(**changes):
    settings = {"every": 2, "panels_at": 3, "discriminator_steps": 5, "generator_steps": 4}
    return DensityRecord(NORMAL, **settings | changes)


@pytest.fixture(autouse=True)
def on_the_line(monkeypatch):
    """Let the small trainer of the tests feed numbers."""
    monkeypatch.setattr("tests.training.conftest.tiny_images", NORMAL.load)


def moving_gan():
    torch.manual_seed(0)
    logistic = nn.Sequential(nn.Flatten(), nn.Linear(1, 1), nn.Flatten(0))
    return linear_gan(0.5, 1.0, discriminator=logistic)


def test_moments_are_kept_at_chosen_iterations_and_at_the_end():
    kept = record()

    fit(moving_gan(), 5, callbacks=[kept])

    assert [moment.title for moment in kept.moments] == [
        "iteration 0", "iteration 2", "iteration 4", "iteration 5",
    ]  # fmt: skip


def test_in_the_panels_each_player_moves_alone():
    kept = record()

    fit(moving_gan(), 5, callbacks=[kept])

    a, b, c, d = kept.panels
    assert [panel.title[:3] for panel in kept.panels] == ["(a)", "(b)", "(c)", "(d)"]
    assert np.array_equal(a.p_g, b.p_g)
    assert not np.array_equal(a.d, b.d)
    assert np.array_equal(b.d, c.d)
    assert not np.array_equal(b.p_g, c.p_g)
    assert not np.array_equal(c.p_g, d.p_g)


def test_d_alone_comes_nearer_to_the_best_d():
    kept = record(discriminator_steps=200)

    fit(moving_gan(), 4, callbacks=[kept])

    a, b = (np.abs(panel.d - panel.best_d)[panel.p_data > 0.1].mean() for panel in kept.panels[:2])
    assert b < 0.5 * a


def test_looking_does_not_change_one_bit_of_training(monkeypatch):
    monkeypatch.setattr(density_record, "LATENTS", 100)
    seldom, often = moving_gan(), moving_gan()

    fit(seldom, 5, callbacks=[record(every=100, panels_at=100)])
    fit(often, 5, callbacks=[record(every=1, panels_at=100)])

    for key, value in seldom.state_dict().items():
        assert torch.equal(value, often.state_dict()[key]), key
