"""What G minimises against the best D: Goodfellow et al., 2014, arXiv:1406.2661, Theorem 1."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_lab.claims import game
from gan_lab.claims.game import MINIMAX, best_logits, gaussian, random_mixtures, value
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

PAIRS = 200
GAPS = torch.linspace(0, 6, 25, dtype=torch.float64)


def check(
    loss: AdversarialLoss = MINIMAX,
    divergence: Callable[[Tensor, Tensor], Tensor] = game.jensen_shannon,
) -> Outcome:
    """Compare the highest V that a search finds with -log 4 + 2 `divergence(p_data, p_g)`."""
    left, right = (torch.stack([gaussian(side * gap / 2, 1) for gap in GAPS]) for side in (-1, 1))
    p_data = torch.cat([left, random_mixtures(PAIRS, "p_data")])
    p_g = torch.cat([right, random_mixtures(PAIRS, "p_g")])
    found = value(loss, best_logits(loss, p_data, p_g), p_data, p_g)
    expected = -math.log(4) + 2 * divergence(p_data, p_g)
    error = (found - expected).abs().max().item()
    lowest = found[1:].min().item()  # the first pair is equal
    return Outcome(
        "Against the best D, V is C(G) = -log 4 + 2 JSD(p_data, p_g): -log 4 where they are equal, "
        "more elsewhere.",
        holds=error < 1e-9 and found[0].item() < lowest,
        numbers={
            f"largest |C - (-log 4 + 2 JSD)| over {len(found)} pairs": error,
            "-log 4": -math.log(4),
            "C where p_g = p_data": found[0].item(),
            "lowest C elsewhere": lowest,
        }
        | {f"C of two Gaussians {gap} apart": found[4 * gap].item() for gap in (1, 2, 4, 6)},
        panels=[
            Panel(
                "Two Gaussians of standard deviation 1",
                "distance of their means",
                "C(G)",
                [
                    Curve("-log 4 + 2 JSD", GAPS, expected[: len(GAPS)]),
                    Curve("highest V found by search", GAPS, found[: len(GAPS)], "k."),
                ],
                levels={"-log 4": -math.log(4), "0": 0.0},
            )
        ],
    )
