"""Why descent on p_g itself converges: Goodfellow et al., 2014, Proposition 2.

U(p_g, D) = V is linear in p_g, and the highest of linear functions is convex. That is so for
probabilities, not for the weights of a network that makes them.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.game import MINIMAX, best_logits, value
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

POINTS = 20
SEGMENTS = 50
STARTS = 5
STEPS = 30
SHARES = torch.linspace(0, 1, 11, dtype=torch.float64)
Criterion = Callable[[Tensor, Tensor], Tensor]


def highest_value(p_data: Tensor, p_g: Tensor, loss: AdversarialLoss = MINIMAX) -> Tensor:
    """Return sup_D V of probabilities `(..., M)`, with the D that a search finds."""
    return value(loss, best_logits(loss, p_data, p_g), p_data, p_g)


def random_probabilities(n: int, name: str) -> Tensor:
    """Return `n` points of the simplex, `(n, POINTS)`."""
    random = seeding.generator("cpu", 0, "claims", name)
    numbers = torch.rand(n, POINTS, dtype=torch.float64, generator=random) ** 3
    return numbers / numbers.sum(dim=1, keepdim=True)


def descend(criterion: Criterion, p_data: Tensor, p_g: Tensor) -> list[Tensor]:
    """Return p_g `(STARTS, POINTS)` at the start and after each step of exponentiated descent."""
    path = [p_g]
    for _ in range(STEPS):
        p_g = p_g.detach().requires_grad_()
        # D is the best one for this p_g and held fixed, which is all the gradient of a sup needs.
        (gradient,) = torch.autograd.grad(criterion(p_data, p_g).sum(), p_g)
        p_g = torch.softmax(p_g.detach().log() - gradient, dim=1)
        path.append(p_g)
    return path


def check(criterion: Criterion = highest_value) -> Outcome:
    """Test the convexity on random segments, and descend from random starts."""
    first, second = (random_probabilities(SEGMENTS, name)[:, None] for name in ("first", "second"))
    p_data = random_probabilities(1, "p_data")
    between = first + SHARES[:, None] * (second - first)
    curve = criterion(p_data.expand_as(between), between)
    chord = (1 - SHARES) * curve[:, :1] + SHARES * curve[:, -1:]
    above = (curve - chord).max().item()
    path = descend(criterion, p_data.expand(STARTS, POINTS), random_probabilities(STARTS, "starts"))
    distances = torch.stack([(p_g - p_data).abs().sum(dim=1) / 2 for p_g in path])
    lowest = criterion(p_data, path[-1][:1]).item()
    return Outcome(
        "sup_D U(p_g, D) is convex in p_g, and descent on p_g itself ends at p_data.",
        holds=above < 1e-9 and distances[-1].max().item() < 1e-6,
        numbers={
            f"highest point above a chord, over {SEGMENTS} segments": above,
            f"largest distance from p_data after {STEPS} steps": distances[-1].max().item(),
            "sup_D U there": lowest,
            "-log 4": -math.log(4),
        },
        panels=[
            Panel(
                "From one p_g to another",
                "share of the second",
                "sup_D U",
                [
                    Curve("sup_D U", SHARES, curve[0]),
                    Curve("chord", SHARES, chord[0], "k:"),
                ],
            ),
            Panel(
                "Descent on the probabilities",
                "step",
                "total variation between p_g and p_data",
                [
                    Curve(f"start {start + 1}", range(STEPS + 1), distances[:, start].detach())
                    for start in range(STARTS)
                ],
                scale="log",
            ),
        ],
    )
