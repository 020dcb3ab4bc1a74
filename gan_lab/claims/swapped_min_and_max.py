"""What becomes of the game if G moves first: max_D min_G V instead of min_G max_D V.

Goodfellow, 2016, arXiv:1701.00160, section 5.1.1: descent on both at once prefers neither order and
the wrong one collapses. Against a fixed D, the best G puts all of its samples on the point that D
takes for real most of all, whatever p_data is. Here p_g is a probability at each of 401 points, so
that no network is to blame.
"""

from typing import Literal

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.game import LINE, MINIMAX, best_logits, gaussian, value
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel

P_DATA = (gaussian(-4, 0.7) + gaussian(0, 0.7) + gaussian(4, 0.7)) / 3
ROUNDS = 60
# V is linear in p_g, so a long step of descent is as many short ones.
SHORT, LONG = 1.0, 40_000.0
RATE_OF_D = 20.0

Order = Literal["min max", "max min"]


def descend(p_g: Tensor, logits: Tensor, rate: float) -> Tensor:
    """Return p_g after a step of exponentiated descent on V, D held fixed."""
    p_g = p_g.detach().requires_grad_()
    (slope,) = torch.autograd.grad(value(MINIMAX, logits, P_DATA, p_g), p_g)
    return torch.softmax(p_g.detach().log().clamp(min=-600) - rate * slope, dim=0)


def ascend(p_g: Tensor, logits: Tensor) -> Tensor:
    """Return the logits of D after a step up V, p_g held fixed."""
    logits = logits.detach().requires_grad_()
    (slope,) = torch.autograd.grad(value(MINIMAX, logits, P_DATA, p_g), logits)
    return logits.detach() + RATE_OF_D * slope


def play(order: Order) -> Tensor:
    """Return p_g `(ROUNDS + 1, M)` at the start and after each round."""
    random = seeding.generator("cpu", 0, "claims", "swapped")
    p_g = torch.full_like(LINE, 1 / len(LINE))
    logits = 0.1 * torch.randn(len(LINE), dtype=torch.float64, generator=random)
    path = [p_g]
    for _ in range(ROUNDS):
        if order == "min max":
            logits = best_logits(MINIMAX, P_DATA, p_g)
            p_g = descend(p_g, logits, SHORT)
        else:
            p_g = descend(p_g, logits, LONG)
            logits = ascend(p_g, logits)
        path.append(p_g)
    return torch.stack(path)


def check(usual: Order = "min max", swapped: Order = "max min") -> Outcome:
    """Play both orders, and count the points that p_g is on."""
    paths = {"D to its best, G a step": play(usual), "G to its best, D a step": play(swapped)}
    distances = {name: (path - P_DATA).abs().sum(dim=1) / 2 for name, path in paths.items()}
    points = {name: torch.special.entr(path).sum(dim=1).exp() for name, path in paths.items()}
    near, far = distances.values()
    spread, alone = points.values()
    peaks = LINE[paths["G to its best, D a step"][1:].argmax(dim=1)]
    return Outcome(
        "With min and max swapped, p_g is on a single point after each round and hops from one to "
        "the next; in the right order it becomes p_data.",
        holds=(
            near[-1].item() < 0.01
            and far[1:].min().item() > 0.9
            and alone[1:].max().item() < 1.5
            and len(peaks.unique()) > 10
        ),
        numbers={
            "min max: total variation from p_data at the end": near[-1].item(),
            "min max: points that p_g is on, by entropy": spread[-1].item(),
            "max min: smallest total variation from p_data": far[1:].min().item(),
            "max min: most points that p_g is on": alone[1:].max().item(),
            f"max min: different points over {ROUNDS} rounds": len(peaks.unique()),
        },
        panels=[
            Panel("Distance from p_data", "round", "total variation",
                  [Curve(name, range(ROUNDS + 1), curve) for name, curve in distances.items()]),
            Panel("Where p_g is", "round", "x", [
                Curve("G to its best, D a step: all of p_g", range(1, ROUNDS + 1), peaks, "."),
            ], levels={"a mode of p_data": -4.0, "another": 0.0, "the third": 4.0}),
        ],
    )  # fmt: skip
