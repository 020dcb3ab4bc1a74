"""Gaussian latents lie on a shell, and straight paths between them leave it.

And why intuition fails there: of balls of radius 1 at the corners of a box of side 4, the ball that
fits between them reaches the walls in 9 dimensions, although the corners keep it off in every one.
"""

import math
from collections.abc import Callable

import torch

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.priors import Gaussian, Prior

LATENTS = 20_000
DIMENSIONS = (2, 10, 100, 512)
BOXES = range(1, 16)
TOUCHES = 9  # dimensions


def expected_length(dim: int) -> float:
    """Return the mean length of a standard normal vector, near sqrt(dim)."""
    return math.sqrt(2) * math.exp(math.lgamma((dim + 1) / 2) - math.lgamma(dim / 2))


def inner_radius(dim: int) -> float:
    """Return the radius of the ball between unit balls at (+-1, ..., +-1)."""
    return math.sqrt(dim) - 1


def check(prior: type[Prior] = Gaussian, radius: Callable[[int], float] = inner_radius) -> Outcome:
    """Measure lengths of latents and of the middles between two, and the ball in the box."""
    numbers: dict[str, float] = {}
    curves = []
    holds = True
    for dim in DIMENSIONS:
        random = seeding.generator("cpu", 0, "claims", "soap bubbles", dim)
        latents = prior(dim=dim).sample(2 * LATENTS, random)
        lengths = latents.norm(dim=1)
        middles = (latents[:LATENTS] + latents[LATENTS:]).norm(dim=1) / 2
        mean, std = lengths.mean().item(), lengths.std().item()
        holds &= abs(mean / expected_length(dim) - 1) < 0.01
        holds &= abs(middles.mean().item() / mean - math.sqrt(0.5)) < 0.01
        if dim >= 100:
            holds &= middles.mean().item() < mean - 4 * std
        numbers |= {
            f"{dim} dimensions: sqrt": math.sqrt(dim),
            f"{dim} dimensions: mean length": mean,
            f"{dim} dimensions: its standard deviation": std,
            f"{dim} dimensions: mean length half-way between two": middles.mean().item(),
        }
        heights, edges = torch.histogram(lengths, 60, density=True)
        curves.append(Curve(f"{dim} dimensions", (edges[1:] + edges[:-1]) / 2, heights))
    radii = [radius(dim) for dim in BOXES]
    holds &= [dim for dim in BOXES if abs(radius(dim) - 2) < 1e-12] == [TOUCHES]
    holds &= all((radius(dim) > 2) == (dim > TOUCHES) for dim in BOXES)
    return Outcome(
        "In many dimensions Gaussian latents have length sqrt(d), all of them, and the middle of "
        "two falls inside that shell; the ball between the balls leaves its box after n = 9.",
        holds=holds,
        numbers=numbers | {f"inner ball in {dim} dimensions": radius(dim) for dim in (8, 9, 10)},
        panels=[
            Panel("Length of Gaussian latents", "length", "density", curves),
            Panel("The ball between the balls", "dimensions", "radius",
                  [Curve("sqrt(n) - 1", BOXES, radii, ".-")], levels={"wall of the box": 2.0}),
        ],
    )  # fmt: skip
