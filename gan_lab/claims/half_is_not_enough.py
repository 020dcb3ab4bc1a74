"""D = 1/2 and V = -log 4 do not say that p_g = p_data: a D that has learned nothing gives both.

p_g stays where it is, far from p_data. D is a logistic regression, which can be the best D of two
Gaussians of one width; only D is trained.
"""

import math

import torch

from gan_lab.claims.game import LINE, MINIMAX, gaussian, jensen_shannon, value
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel

STEPS = 300
RATE = 0.5


def check(gap: float = 3.0) -> Outcome:
    """Train D against p_g = N(gap, 1), with p_data = N(0, 1), from the start D = 1/2."""
    p_data, p_g = gaussian(0, 1), gaussian(gap, 1)
    divergence = jensen_shannon(p_data, p_g).item()
    best = -math.log(4) + 2 * divergence
    weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    values, on_data, on_g = [], [], []
    for _ in range(STEPS):
        logits = weights[0] * LINE + weights[1]
        d = MINIMAX.output(logits.detach())
        v = value(MINIMAX, logits, p_data, p_g)
        (gradient,) = torch.autograd.grad(v, weights)
        weights = (weights + RATE * gradient).detach().requires_grad_()
        values.append(v.item())
        on_data.append((p_data * d).sum().item())
        on_g.append((p_g * d).sum().item())
    steps = range(1, STEPS + 1)
    return Outcome(
        "D = 1/2 and V = -log 4 do not show that p_g = p_data: an untrained D gives both.",
        holds=(
            abs(on_data[0] - 0.5) < 1e-12
            and abs(on_g[0] - 0.5) < 1e-12
            and abs(values[0] + math.log(4)) < 1e-12
            and abs(values[-1] - best) < 0.01
            and divergence > 0.5
        ),
        numbers={
            "JSD(p_data, p_g), at most log 2 = 0.693": divergence,
            "V of the untrained D": values[0],
            "mean D(x) and D(G(z)) of the untrained D": on_data[0],
            f"V after {STEPS} steps of D alone": values[-1],
            "C(G), the highest V against this G": best,
            f"mean D(x) after {STEPS} steps": on_data[-1],
            f"mean D(G(z)) after {STEPS} steps": on_g[-1],
        },
        panels=[
            Panel("V", "step of D, G frozen", "V(D, G)", [Curve("V", steps, values)],
                  levels={"-log 4": -math.log(4), "C(G)": best}),
            Panel("D", "step of D, G frozen", "mean of D",
                  [Curve("D(x)", steps, on_data), Curve("D(G(z))", steps, on_g)],
                  levels={"1/2": 0.5}),
        ],
    )  # fmt: skip
