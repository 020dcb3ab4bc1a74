"""Which of the L_p are norms: those with p >= 1. For p < 1 and for L0 an axiom fails."""

import math
from collections.abc import Sequence

import numpy as np

from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel

VECTORS = 100_000
DIM = 5
NORMS = (1.0, 1.5, 2.0, 3.0, math.inf)
NO_NORMS = (0.0, 0.5)
ANGLES = np.linspace(0, math.tau, 721)
ROUNDING = 1e-9


def length(vectors_ND: np.ndarray, p: float) -> np.ndarray:
    """Return (sum |x|^p)^(1/p) of each vector; the number of entries not 0 for p = 0, `(N,)`."""
    sizes = np.abs(vectors_ND)
    if p == 0:
        return np.count_nonzero(sizes, axis=1).astype(float)
    if p == math.inf:
        return sizes.max(axis=1)
    return (sizes**p).sum(axis=1) ** (1 / p)


def violations(p: float) -> dict[str, float]:
    """Return by how much L_p breaks each axiom, at most, over random vectors; 0 if it does not."""
    random = np.random.default_rng(0)
    # Half of the entries are 0, so that vectors with few entries are among them.
    x, y = random.normal(size=(2, VECTORS, DIM)) * random.integers(0, 2, (2, VECTORS, DIM))
    factor = random.normal(size=VECTORS)
    scaled = np.abs(length(x * factor[:, None], p) - np.abs(factor) * length(x, p))
    return {
        "triangle inequality": max(0.0, (length(x + y, p) - length(x, p) - length(y, p)).max()),
        "homogeneity": scaled.max(),
        "only 0 has length 0": float(((length(x, p) <= 0) != (x == 0).all(axis=1)).sum()),
    }


def check(norms: Sequence[float] = NORMS, no_norms: Sequence[float] = NO_NORMS) -> Outcome:
    """Look for vectors that break an axiom."""
    broken = {p: violations(p) for p in (*norms, *no_norms)}
    worst = {p: max(found.values()) for p, found in broken.items()}
    circle = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    balls = {p: circle / length(circle, p)[:, None] for p in broken if p > 0}
    return Outcome(
        "L_p is a norm for p >= 1; for p < 1 the triangle inequality fails, for L0 homogeneity.",
        holds=(
            all(worst[p] < ROUNDING for p in norms) and all(worst[p] > ROUNDING for p in no_norms)
        ),
        numbers={
            f"L{p:g}, {axiom}": size for p, found in broken.items() for axiom, size in found.items()
        },
        panels=[
            Panel(
                "All x of length 1",
                "x1",
                "x2",
                [Curve(f"L{p:g}", ball[:, 0], ball[:, 1]) for p, ball in balls.items()],
                equal=True,
            )
        ],
    )
