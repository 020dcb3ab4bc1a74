"""InfoGAN's term: closed forms, its sign and entropy, and whose images count."""

import math

import pytest
import torch

from gan_lab.latents.structured import Structured
from gan_lab.losses.mutual_information import MutualInformation
from gan_lab.losses.terms import Judged, PhaseOutputs
from tests.losses.conftest import slope_by_differences

CODE = Structured(
    factors={
        "noise": {"kind": "uniform", "size": 2},
        "category": {"kind": "categorical", "size": 4, "informative": True},
        "style": {"kind": "uniform", "size": 1, "informative": True},
    }
)
LATENTS = CODE.sample(8, torch.Generator().manual_seed(0)).double()
LOG_4 = math.log(4)
PLAYERS = ("discriminator", "generator")
# Of a Gaussian Q with standard deviation 1 that knows c: -log sqrt(2 pi) + log 2.
KNOWN_STYLE = math.log(2) - math.log(math.tau) / 2


def seen(head, player="discriminator"):
    fake = Judged(torch.zeros(8, 1), None, torch.zeros(8), None, head)
    return PhaseOutputs(None, None, fake, latents=LATENTS, player=player)


def term(**options):
    return MutualInformation(weight=1.0, code=CODE, **options)


def head(certainty, style):
    return torch.cat([certainty * LATENTS[:, 2:6], style], dim=1)


def test_a_head_that_knows_nothing_gives_a_bound_of_zero():
    outputs = seen(head(0, LATENTS[:, 6:]))

    assert term().observe(outputs)["mutual_information/category"].item() == pytest.approx(0)


def test_a_head_that_knows_all_reaches_the_entropy():
    outputs = seen(head(100, LATENTS[:, 6:]))

    found = term().observe(outputs)

    assert found["mutual_information/category"].item() == pytest.approx(LOG_4)
    assert found["mutual_information/style"].item() == pytest.approx(KNOWN_STYLE)
    assert term().reference == {"mutual_information/category": pytest.approx(LOG_4)}


def test_a_head_that_is_sure_of_the_wrong_class_is_worse_than_none():
    wrong = torch.cat([100 * LATENTS[:, 2:6].roll(1, dims=1), LATENTS[:, 6:]], dim=1)

    assert term().observe(seen(wrong))["mutual_information/category"].item() < -90


@pytest.mark.parametrize("player", PLAYERS)
def test_both_players_minimise_what_is_the_higher_the_less_the_head_knows(player):
    values = [term()(seen(head(c, LATENTS[:, 6:]), player)).item() for c in (0, 1, 100)]

    assert values[0] == pytest.approx(-KNOWN_STYLE)
    assert values == sorted(values, reverse=True)
    assert values[2] == pytest.approx(-LOG_4 - KNOWN_STYLE)


def test_a_generator_may_be_left_out_of_what_the_discriminator_learns():
    outputs = {player: seen(head(1, LATENTS[:, 6:]), player) for player in PLAYERS}
    control = term(generator_weight=0.0)

    assert control(outputs["generator"]).item() == 0
    assert control(outputs["discriminator"]).item() == term()(outputs["discriminator"]).item() < 0


def test_the_bound_of_numbers_is_that_of_the_mean_squared_error():
    error = 0.3
    found = term(std=0.5).observe(seen(head(0, LATENTS[:, 6:] + error)))

    expected = -((error / 0.5) ** 2) / 2 - math.log(0.5 * math.sqrt(math.tau)) + math.log(2)
    assert found["mutual_information/style"].item() == pytest.approx(expected)


def test_its_gradient_agrees_with_finite_differences():
    said = torch.randn(8, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    leaf = said.clone().requires_grad_()
    term()(seen(leaf)).backward()

    expected = slope_by_differences(lambda values: term()(seen(values)), said)

    torch.testing.assert_close(leaf.grad, expected, rtol=1e-5, atol=1e-8)


def test_a_head_of_half_precision_is_summed_in_full():
    value = term()(seen(head(3, LATENTS[:, 6:]).to(torch.bfloat16)))

    assert value.dtype in (torch.float32, torch.float64)
