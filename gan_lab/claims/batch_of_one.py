"""What a minibatch is for: with a single image p_g does not stay where p_data is.

Both players follow means that they estimate from a minibatch. The game of `discriminator_steps`,
from p_g = p_data on, with 1, 10 and 100 images, by one rate; and with one image by a tenth of the
rate, in ten times the steps.
"""

import torch
from torch import Tensor

from gan_lab.claims.discriminator_steps import DATA
from gan_lab.claims.outcome import Outcome
from gan_lab.claims.small_game import Game
from gan_lab.figures.curves import Curve, Panel

GAMES = 64
ITERATIONS = 120
RATE = 0.1
BATCHES = (1, 10, 100)


def wander(batch: int, rate: float, iterations: int) -> Tensor:
    """Return the root mean square distance of (mean, log std) from (0, 0) by iteration."""
    game = Game(DATA, batch=batch, rates=(rate, rate))
    starts = torch.zeros(GAMES, 2, dtype=torch.float64)
    path, _ = game.play(starts, iterations, f"batch of {batch}")
    return path.square().sum(dim=2).mean(dim=1).sqrt()


def check(batches: tuple[int, int, int] = BATCHES, iterations: int = ITERATIONS) -> Outcome:
    """Let games wander from p_g = p_data.

    Args:
        batches: sizes of the minibatches, the smallest first.
        iterations: of each game; ten times as many with a tenth of the rate.
    """
    few, some, many = (wander(batch, RATE, iterations) for batch in batches)
    slow = wander(batches[0], RATE / 10, 10 * iterations)
    ends = [curve[len(curve) // 2 :].mean().item() for curve in (few, some, many, slow)]
    names = [
        *(f"{batch} images, rate {RATE:g}" for batch in batches),
        f"{batches[0]} images, rate {RATE / 10:g}",
    ]
    return Outcome(
        "From p_g = p_data on, games with one image a step go astray and those with 100 stay; a "
        "smaller rate does for one image what a minibatch does.",
        holds=ends[0] > 2 * ends[1] > 4 * ends[2] and ends[3] < ends[0] / 2,
        numbers={
            f"distance from p_data, {name}": end for name, end in zip(names, ends, strict=True)
        },
        panels=[
            Panel("From p_g = p_data on", "share of the steps", "distance from p_data", [
                Curve(name, torch.linspace(0, 1, len(curve)), curve)
                for name, curve in zip(names, (few, some, many, slow), strict=True)
            ]),
        ],
    )  # fmt: skip
