"""The best D that is told of labels: Mirza, Osindero, 2014, arXiv:1411.1784, equation 2.

It follows from Proposition 1 and Theorem 1 of Goodfellow et al., 2014, arXiv:1406.2661, for pairs
of an image and a label instead of images.

Shape legend: P = pairs of densities, K = classes, M = points of the line.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.game import (
    LINE,
    MINIMAX,
    best_logits,
    gaussian,
    jensen_shannon,
    random_mixtures,
    value,
)
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

PAIRS, K = 60, 3
PLACES = (-4.0, 0.0, 4.0)
SHARES = torch.linspace(0, 1, 21, dtype=torch.float64)  # of samples with the label of another class


def within(p_data_KM: Tensor, p_g_KM: Tensor) -> Tensor:
    """Return the formula to be checked, of densities within a class."""
    return p_data_KM / (p_data_KM + p_g_KM)


def check(
    loss: AdversarialLoss = MINIMAX, formula: Callable[[Tensor, Tensor], Tensor] = within
) -> Outcome:
    """Compare the D that a search finds for every pair with `formula` of the densities of a class.

    Both kinds of images have the same share of each class.
    """
    random = seeding.generator("cpu", 0, "claims", "shares")
    shares_PK1 = torch.rand(PAIRS, K, 1, dtype=torch.float64, generator=random).add(0.1)
    shares_PK1 = shares_PK1 / shares_PK1.sum(dim=1, keepdim=True)
    p_data, p_g = (
        random_mixtures(PAIRS * K, name).view(PAIRS, K, len(LINE)) for name in ("p_data", "p_g")
    )
    joint_data, joint_g = ((shares_PK1 * p).flatten(1) for p in (p_data, p_g))
    logits = best_logits(loss, joint_data, joint_g)
    error = (loss.output(logits) - formula(p_data, p_g).flatten(1)).abs().max().item()
    found = value(loss, logits, joint_data, joint_g)
    mean_divergence = (shares_PK1[..., 0] * jensen_shannon(p_data, p_g)).sum(dim=1)
    gap = (found - (-math.log(4) + 2 * mean_divergence)).abs().max().item()
    told, not_told = mixed_up(loss)
    blind = (not_told - -math.log(4)).abs().max().item()
    return Outcome(
        "Told of labels, D is best at D*(x, c) = p_data(x|c) / (p_data(x|c) + p_g(x|c)), and V is "
        "then -log 4 + 2 E_c[JSD(p_data(.|c), p_g(.|c))]: labels that are mixed up cost something "
        "that a D which is not told of them cannot see.",
        holds=error < 1e-6 and gap < 1e-9 and blind < 1e-9 and told[-1].item() > -0.1,
        numbers={
            f"largest |D - D*| over {PAIRS} pairs of {K} classes": error,
            "largest |V - (-log 4 + 2 E_c[JSD])|": gap,
            "-log 4": -math.log(4),
            "V of all labels shifted by one, D told": told[-1].item(),
            "the same, D not told": not_told[-1].item(),
        },
        panels=[
            Panel(
                "Perfect images with wrong labels",
                "share of the wrong labels",
                "highest V",
                [
                    Curve("D is told of labels", SHARES, told),
                    Curve("D is not", SHARES, not_told, "--"),
                ],
                levels={"-log 4": -math.log(4), "0": 0.0},
            )
        ],
    )


def mixed_up(loss: AdversarialLoss) -> tuple[Tensor, Tensor]:
    """Return the highest V by a D that is told of labels, and by one that is not, of `SHARES`.

    Images are those of the data; some have the label of the class before their own.
    """
    p_data = torch.stack([gaussian(place, 1.0) for place in PLACES]) / K
    shares = SHARES[:, None, None]
    p_g = (1 - shares) * p_data + shares * p_data.roll(1, dims=0)
    joint = p_data.expand_as(p_g).flatten(1), p_g.flatten(1)
    images = p_data.sum(0).expand(len(SHARES), -1), p_g.sum(1)
    told, not_told = (value(loss, best_logits(loss, *pair), *pair) for pair in (joint, images))
    return told, not_told
