"""The divergence in a VAE's bound: Kingma, Welling, 2014, arXiv:1312.6114, appendix B.

Estimates of it by samples are right on average, and wrong by a standard deviation that is known
too: that of `log q(z) - log p(z)` over the root of their number. A formula has no such error.

Shape legend: Z = latent dimension, R = repeats, N = samples of each.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.distributions import Normal

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.training.vae import kl_to_prior

MEAN = torch.tensor([0.0, 0.5, -1.0, 2.0], dtype=torch.float64)
LOG_VARIANCE = torch.tensor([0.0, -1.0, -3.0, 0.7], dtype=torch.float64)
COUNTS = [10, 30, 100, 300, 1000, 3000]
REPEATS = 400


def estimates(n: int) -> Tensor:
    """Return `E[log q(z) - log p(z)]` by `n` samples of q, over and over again, `(R,)`."""
    random = seeding.generator("cpu", 0, "claims", "KL", n)
    shape = (REPEATS, n, len(MEAN))
    noise_RNZ = torch.randn(shape, dtype=torch.float64, generator=random)
    std = (LOG_VARIANCE / 2).exp()
    latents = MEAN + std * noise_RNZ
    logs = Normal(MEAN, std).log_prob(latents) - Normal(0.0, 1.0).log_prob(latents)
    return logs.sum(dim=2).mean(dim=1)


def deviation_of_one() -> float:
    """Return the standard deviation of `log q(z) - log p(z)`, a polynomial of Gaussian numbers."""
    variance = LOG_VARIANCE.exp()
    return ((variance - 1).square() / 2 + MEAN.square() * variance).sum().sqrt().item()


def check(divergence: Callable[[Tensor, Tensor], Tensor] = kl_to_prior) -> Outcome:
    """Compare the formula with estimates by more and more samples."""
    known = divergence(MEAN[None], LOG_VARIANCE[None]).item()
    found = {n: estimates(n) for n in COUNTS}
    errors = [(values - known).square().mean().sqrt().item() for values in found.values()]
    expected = [deviation_of_one() / n**0.5 for n in COUNTS]
    ratios = [error / should_be for error, should_be in zip(errors, expected, strict=True)]
    of_all = sum(n * values.mean().item() for n, values in found.items()) / sum(COUNTS)
    off = abs(of_all - known) / (deviation_of_one() / (REPEATS * sum(COUNTS)) ** 0.5)
    logs = torch.tensor([COUNTS, errors], dtype=torch.float64).log()
    tens = torch.tensor(COUNTS).log10()
    slope = (logs.cov()[0, 1] / logs[0].var()).item()
    return Outcome(
        "KL(N(mean, variance), N(0, I)) in closed form is what samples find on average, and their "
        "error falls as 1 over the root of their number.",
        holds=off < 4 and abs(slope + 0.5) < 0.03 and all(abs(each - 1) < 0.15 for each in ratios),
        numbers={
            "KL by the formula": known,
            f"KL by {REPEATS * sum(COUNTS):,} samples": of_all,
            "their difference, in standard errors": off,
            "slope of log error by log samples": slope,
            f"error of {COUNTS[0]} samples": errors[0],
            f"error of {COUNTS[-1]} samples": errors[-1],
            "the same by theory": expected[-1],
        },
        panels=[
            Panel(
                "Estimates of the divergence",
                "log10 of the samples",
                "root mean squared error, nats",
                [
                    Curve("measured", tens, errors, "o"),
                    Curve("deviation of one / root of n", tens, expected, "--"),
                ],
                scale="log",
            ),
            _of_repeats(found, known),
        ],
    )


def _of_repeats(found: dict[int, Tensor], known: float) -> Panel:
    curves = []
    for n in (10, 100, 1000):
        heights, edges = torch.histogram(found[n], 16, density=True)
        curves.append(Curve(f"{n} samples", (edges[1:] + edges[:-1]) / 2, heights))
    level = torch.tensor([0.0, max(curve.y.max().item() for curve in curves)])
    line = Curve(f"the formula, {known:.4f}", torch.full((2,), known), level, "k:")
    return Panel(f"Estimates, {REPEATS} of each", "KL, nats", "density", [*curves, line])
