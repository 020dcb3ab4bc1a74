"""What a generator too simple for its data gives up, by the divergence that it minimises.

Three unequal modes and a single Gaussian to fit them: maximum likelihood (the forward KL) covers
all of them, the divergence of the minimax game and the reverse KL settle on the largest.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor

from gan_lab.claims.outcome import Outcome
from gan_lab.data.density import Density
from gan_lab.figures.curves import Curve, Panel

TARGET = Density(weights=(0.2, 0.6, 0.2), means=(-5.0, 0.0, 5.0), stds=(0.6, 0.6, 0.6))
LINE = torch.linspace(-12, 12, 1201, dtype=torch.float64)
STEP = 24 / 1200
MEANS = torch.linspace(-6, 6, 25, dtype=torch.float64)
STDS = torch.linspace(0.2, 5, 25, dtype=torch.float64)
# By moments: variance 0.6^2 within the modes, and 0.4 * 5^2 between them.
COVERING = math.sqrt(0.6**2 + 0.4 * 25)

Divergence = Callable[[Tensor, Tensor], Tensor]


def log_gaussian(mean: Tensor, std: Tensor) -> Tensor:
    """Return the log density on `LINE`."""
    return -0.5 * ((LINE - mean) / std) ** 2 - torch.log(std) - 0.5 * math.log(math.tau)


def forward_kl(log_p: Tensor, log_q: Tensor) -> Tensor:
    """Return KL(p_data || p_g), what maximum likelihood minimises."""
    return (log_p.exp() * (log_p - log_q)).sum(dim=-1) * STEP


def reverse_kl(log_p: Tensor, log_q: Tensor) -> Tensor:
    """Return KL(p_g || p_data)."""
    return forward_kl(log_q, log_p)


def jensen_shannon(log_p: Tensor, log_q: Tensor) -> Tensor:
    """Return what the minimax game minimises, by Theorem 1."""
    log_middle = torch.logaddexp(log_p, log_q) - math.log(2)
    return (forward_kl(log_p, log_middle) + forward_kl(log_q, log_middle)) / 2


def fit(divergence: Divergence) -> tuple[float, float]:
    """Return the mean and std of the best Gaussian, from the best of a coarse grid."""
    log_p = TARGET.distribution.log_prob(LINE)
    means, stds = torch.meshgrid(MEANS, STDS, indexing="ij")
    coarse = divergence(log_p, log_gaussian(means[..., None], stds[..., None]))
    best = coarse.argmin()
    start = np.array([means.flatten()[best], stds.flatten()[best].log()])

    def cost(place: np.ndarray) -> float:
        mean, log_std = torch.from_numpy(place)
        return divergence(log_p, log_gaussian(mean, log_std.exp())).item()

    mean, log_std = minimize(cost, start, method="Nelder-Mead").x
    return float(mean), math.exp(log_std)


def check(
    forward: Divergence = forward_kl,
    reverse: Divergence = reverse_kl,
    symmetric: Divergence = jensen_shannon,
) -> Outcome:
    """Fit one Gaussian by each divergence."""
    fits = {
        "forward KL": fit(forward),
        "reverse KL": fit(reverse),
        "Jensen-Shannon": fit(symmetric),
    }
    wide, *narrow = fits.values()
    holds = abs(wide[0]) < 0.01 and abs(wide[1] - COVERING) < 0.01
    holds &= all(abs(mean) < 0.05 and abs(std - 0.6) < 0.05 for mean, std in narrow)
    log_data = TARGET.distribution.log_prob(LINE)
    return Outcome(
        "One Gaussian fitted to modes of 0.2, 0.6 and 0.2 covers all three by the forward KL, and "
        "only the largest by the reverse KL and by the Jensen-Shannon divergence.",
        holds=holds,
        numbers={f"{name}: mean": mean for name, (mean, _) in fits.items()}
        | {f"{name}: standard deviation": std for name, (_, std) in fits.items()},
        panels=[
            Panel(
                "One Gaussian for three modes",
                "x",
                "density",
                [
                    Curve("p_data", LINE, log_data.exp(), "k:"),
                    *(
                        Curve(name, LINE, log_gaussian(*torch.tensor(place)).exp(), style)
                        for style, (name, place) in zip(
                            ("b-", "r-", "g--"), fits.items(), strict=True
                        )
                    ),
                ],
            )
        ],
    )
