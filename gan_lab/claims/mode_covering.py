"""Maximum likelihood covers modes where a GAN keeps to the one that it has found: runs of both.

The same model, N(mean, std), and the same data, three modes, by minibatches: once by the gradient
of its log-likelihood, once by Algorithm 1 against a discriminator of any form. `mode_seeking` has
the best Gaussian of both divergences; here training shows which ones it leaves. Runs begin on a
mode: a GAN that begins between them may choose one, and may rest as a wide Gaussian, too.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.mode_seeking import COVERING, TARGET
from gan_lab.claims.outcome import Outcome
from gan_lab.claims.small_game import Game, bumps, draw
from gan_lab.figures.curves import Curve, Panel

BESIDE = 7  # runs that begin on or beside each mode
ITERATIONS = 300
STEPS = 1000  # up the likelihood, whose slopes are small where a Gaussian is wide
BATCH = 50
RATE = 0.1
LINE = torch.linspace(-8, 8, 401, dtype=torch.float64)

Train = Callable[[Tensor], Tensor]


def by_likelihood(starts_S2: Tensor) -> Tensor:
    """Return (mean, log_std) by step `(T + 1, S, 2)`, up the log-likelihood of minibatches."""
    random = seeding.generator("cpu", 0, "claims", "maximum likelihood")
    place, path = starts_S2, [starts_S2]
    for _ in range(STEPS):
        place = place.detach().requires_grad_()
        mean, log_std = place[:, :1], place[:, 1:]
        real = draw(TARGET, (len(place), BATCH), random)
        cost = (0.5 * ((real - mean) / log_std.exp()) ** 2 + log_std).mean(dim=1).sum()
        (slope,) = torch.autograd.grad(cost, place)
        # A narrow Gaussian is so unlikely to have made the other modes that the first step would
        # make it a thousand times as wide.
        place = place.detach() - RATE * slope.clamp(-1, 1)
        path.append(place)
    return torch.stack(path)


def by_game(starts_S2: Tensor) -> Tensor:
    """Return the same of GANs, with three steps of D for one of G."""
    game = Game(TARGET, bumps, discriminator_steps=3, batch=BATCH, rates=(0.5, RATE))
    return game.play(starts_S2, ITERATIONS, "mode covering")[0]


def check(likelihood: Train = by_likelihood, game: Train = by_game) -> Outcome:
    """Train both from the same starts: seven on and beside each mode, as narrow as it is."""
    modes = torch.tensor(TARGET.means, dtype=torch.float64).repeat_interleave(BESIDE)
    offsets = torch.linspace(-0.6, 0.6, BESIDE, dtype=torch.float64).repeat(len(TARGET.means))
    starts = torch.stack([modes + offsets, torch.full_like(modes, math.log(TARGET.stds[0]))], dim=1)
    paths = {"maximum likelihood": likelihood(starts), "GAN": game(starts)}
    ends = {name: (path[-1, :, 0], path[-1, :, 1].exp()) for name, path in paths.items()}
    wide_mean, wide_std = ends["maximum likelihood"]
    mean, std = ends["GAN"]
    off = (mean - modes).abs()
    shown = range(BESIDE // 2, len(modes), BESIDE)
    density = TARGET.distribution.log_prob(LINE).exp()
    return Outcome(
        "One Gaussian for three modes: by maximum likelihood each of 21 runs ends as the one that "
        "covers all, and each of 21 GANs on the mode where it began.",
        holds=(
            wide_mean.abs().max().item() < 0.5
            and (wide_std - COVERING).abs().max().item() < 0.5
            and off.max().item() < 0.5
            and std.max().item() < 1
        ),
        numbers={
            "maximum likelihood: largest |mean|": wide_mean.abs().max().item(),
            "maximum likelihood: smallest standard deviation": wide_std.min().item(),
            "maximum likelihood: largest standard deviation": wide_std.max().item(),
            "GAN: largest distance of the mean from the mode where it began": off.max().item(),
            "GAN: smallest standard deviation": std.min().item(),
            "GAN: largest standard deviation": std.max().item(),
        },
        panels=[
            Panel("Where runs end", "x", "density", [
                Curve("p_data", LINE, density, "k:"),
                *(
                    Curve(f"{name}, from {modes[run]:g}", LINE,
                          normal(*(each[run] for each in end)))
                    for name, end in ends.items()
                    for run in shown
                ),
            ]),
            Panel("On the way", "share of the steps", "standard deviation of p_g", [
                Curve(f"{name}, from {modes[run]:g}", torch.linspace(0, 1, len(path)),
                      path[:, run, 1].exp())
                for name, path in paths.items()
                for run in shown
            ]),
        ],
    )  # fmt: skip


def normal(mean: Tensor, std: Tensor) -> Tensor:
    """Return the density of N(mean, std) on `LINE`."""
    return torch.exp(-0.5 * ((LINE - mean) / std) ** 2) / (std * math.sqrt(math.tau))
