"""Games of players that are no networks."""

import math

import pytest
import torch

from gan_lab.claims.small_game import Game, bumps, draw, powers
from gan_lab.data.density import Density

DATA = Density(weights=(1.0, 3.0), means=(-2.0, 1.0), stds=(0.5, 0.2))


def test_numbers_are_drawn_from_the_density():
    x = draw(DATA, (400, 500), torch.Generator().manual_seed(0))

    assert x.mean().item() == pytest.approx(0.25 * -2 + 0.75 * 1, abs=0.02)
    assert (x < -0.5).double().mean().item() == pytest.approx(0.25, abs=0.01)
    assert x[x > 0].std().item() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("features", [powers, bumps])
def test_games_lie_side_by_side_without_touching(features):
    # Another start of one game changes nothing of the other, which sees the same random numbers.
    game = Game(DATA, features, batch=10)
    starts = torch.tensor([[1.0, 0.0], [2.0, -0.5]], dtype=torch.float64)

    both, weights = game.play(starts, 5, "test")
    moved, moved_weights = game.play(starts * torch.tensor([[1.0], [3.0]]), 5, "test")

    assert torch.equal(both[:, 0], moved[:, 0])
    assert torch.equal(weights[0], moved_weights[0])
    assert not torch.equal(both[:, 1], moved[:, 1])


def test_the_first_step_of_g_follows_a_d_that_has_looked():
    game = Game(Density(weights=(1.0,), means=(5.0,), stds=(0.1,)), batch=1000)
    start = torch.tensor([[0.0, math.log(0.1)]], dtype=torch.float64)

    path, _ = game.play(start, 1, "test")

    # D is sigmoid(0.1 / 2 (E[f(x)] - E[f(G(z))]) f) after a step from 0, and -log D has the slope
    # D - 1 by its logit: (D(0) - 1) * (weight of x) near x = 0.
    step = 0.1 * 0.5 * (0.1 / 2) * 5
    assert path[1, 0, 0].item() == pytest.approx(step, rel=0.05)
