"""Why p_g need not be known: E_z[f(G(z))] = E_{x ~ p_g}[f(x)].

A GAN takes every mean over its samples by drawing latents. On the line p_g is known: at x it is the
sum of p_z(z) / |G'(z)| over all z that G sends there. Means by this density are compared with means
over latents, for a G that keeps their order and for one that folds the line.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.priors import Gaussian

CELLS = 200_000
BINS = 96
SAMPLES = 200_000

Map = Callable[[Tensor], Tensor]


class OnTheLine(NamedTuple):
    """A generator of one number.

    Attributes:
        images: G.
        latents: for each x all z with G(z) = x, `(K, M)`; nan where there is none.
    """

    images: Map
    latents: Map


GENERATORS: Mapping[str, OnTheLine] = {
    "2 sinh(z / 2)": OnTheLine(lambda z: 2 * (z / 2).sinh(), lambda x: 2 * (x / 2).asinh()[None]),
    "2 |z| - 1": OnTheLine(
        lambda z: 2 * z.abs() - 1,
        lambda x: torch.stack([x + 1, -x - 1]) / 2 + torch.where(x < -1, math.nan, 0.0),
    ),
}
FUNCTIONS: Mapping[str, Map] = {
    "x": lambda x: x,
    "x^2": lambda x: x**2,
    # What G minimises, against a logistic regression.
    "log(1 - D(x))": lambda x: -softplus(1 - x),
}


def middles(low: float, high: float, cells: int) -> Tensor:
    """Return the middles of equal cells."""
    edges = torch.linspace(low, high, cells + 1, dtype=torch.float64)
    return (edges[1:] + edges[:-1]) / 2


def p_z(z: Tensor) -> Tensor:
    """Return the density of N(0, 1)."""
    return torch.exp(-0.5 * z**2) / math.sqrt(math.tau)


def by_slope(generator: OnTheLine, x: Tensor) -> Tensor:
    """Return p_g `(M,)`: p_z of each latent behind x, divided by the slope of G there."""
    z = generator.latents(x).requires_grad_()
    (slope,) = torch.autograd.grad(generator.images(z).sum(), z)
    return (p_z(z) / slope.abs()).detach().nan_to_num(nan=0.0).sum(dim=0)


def check(density: Callable[[OnTheLine, Tensor], Tensor] = by_slope) -> Outcome:
    """Take three means of two generators in both ways."""
    z, x = middles(-9, 9, CELLS), middles(-100, 100, CELLS)
    bins = middles(-6, 6, BINS)
    drawn = Gaussian(dim=1).sample(SAMPLES, seeding.generator("cpu", 0, "claims", "latents"))
    numbers: dict[str, float] = {}
    panels, errors = [], []
    for name, generator in GENERATORS.items():
        p_g = density(generator, x)
        for what, function in FUNCTIONS.items():
            by_latents = (p_z(z) * function(generator.images(z))).sum().item() * 18 / CELLS
            by_images = (p_g * function(x)).sum().item() * 200 / CELLS
            errors.append(abs(by_latents - by_images))
            numbers[f"G = {name}: mean of {what}, over latents"] = by_latents
            numbers[f"G = {name}: mean of {what}, by p_g"] = by_images
        counts = torch.histc(generator.images(drawn.double()), BINS, -6, 6)
        panels.append(
            Panel(f"G(z) = {name}", "x", "density", [
                Curve("p_z", bins, p_z(bins), "k:"),
                Curve("p_g, by the slope of G", bins, density(generator, bins)),
                Curve("p_g, by samples", bins, counts / SAMPLES * BINS / 12, "."),
            ])
        )  # fmt: skip
    return Outcome(
        "Means over G(z) are means under p_g, which is p_z over the slope of G, summed over the "
        "latents behind an image: so latents are all that training needs.",
        holds=max(errors) < 1e-5,
        numbers=numbers | {"largest difference": max(errors)},
        panels=panels,
    )
