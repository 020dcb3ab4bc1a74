"""How many steps of D for one of G: Algorithm 1 of Goodfellow et al., 2014, with k = 1, 2 and 5.

p_data = N(0, 1), and p_g comes from N(3, 0.5), by minibatches. Neither player is a network.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from gan_lab.claims.game import LINE, MINIMAX, gaussian, value
from gan_lab.claims.outcome import Outcome
from gan_lab.claims.small_game import Game, powers
from gan_lab.data.density import Density
from gan_lab.figures.curves import Curve, Panel

DATA = Density(weights=(1.0,), means=(0.0,), stds=(1.0,))
START = (3.0, math.log(0.5))
GAMES = 10
ITERATIONS = 500
SETTLED = 200  # iterations at the end, over which means are taken


def accuracy(weights_SF: Tensor, place_S2: Tensor) -> Tensor:
    """Return the share of right answers of D in each game `(S,)`, on as many of both kinds."""
    p_data = gaussian(0, 1)
    mean, std = place_S2[:, :1], place_S2[:, 1:].exp()
    p_g = torch.softmax(-0.5 * ((LINE - mean) / std) ** 2, dim=1)
    real = weights_SF @ powers(LINE).T > 0
    return ((p_data * real).sum(dim=1) + (p_g * ~real).sum(dim=1)) / 2


def check(steps: Sequence[int] = (1, 2, 5), iterations: int = ITERATIONS) -> Outcome:
    """Play with each k from the same start."""
    curves: list[Curve] = []
    numbers: dict[str, float] = {}
    holds = True
    starts = torch.tensor([START] * GAMES, dtype=torch.float64)
    slowest: list[float] = []
    for k in steps:
        game = Game(DATA, discriminator_steps=k)
        path, weights = game.play(starts, iterations, f"discriminator steps, {k}")
        away = path.norm(dim=2)
        settled = away[-SETTLED:].mean().item()
        last = path[-1]
        p_g = torch.softmax(-0.5 * ((LINE - last[:, :1]) / last[:, 1:].exp()) ** 2, dim=1)
        v = value(MINIMAX, weights @ powers(LINE).T, gaussian(0, 1).expand_as(p_g), p_g)
        right = accuracy(weights, last)
        slowest.append((away > 0.5).sum(dim=0).double().mean().item())
        numbers |= {
            f"k = {k}: iterations until within 0.5, mean of {GAMES} games": slowest[-1],
            f"k = {k}: distance over the last {SETTLED} iterations": settled,
            f"k = {k}: largest |V + log 4| at the end": (v + math.log(4)).abs().max().item(),
            f"k = {k}: D's share of right answers at the end": right.mean().item(),
        }
        holds &= settled < 0.15 and (v + math.log(4)).abs().max().item() < 0.02
        holds &= abs(right.mean().item() - 0.5) < 0.02
        curves.append(Curve(f"k = {k}", range(iterations + 1), away.mean(dim=1)))
    return Outcome(
        "Algorithm 1 comes to p_g = p_data with 1, 2 and 5 steps of D for one of G, and D ends as "
        "right as a coin.",
        holds=holds,
        numbers=numbers,
        panels=[
            Panel("Distance from p_data", "iteration", "distance of (mean, log std) from (0, 0)",
                  curves, scale="log"),
        ],
    )  # fmt: skip
