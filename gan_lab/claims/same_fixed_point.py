"""Where both generator losses come to rest: Goodfellow et al., 2014, end of section 3.

p_g is a Gaussian N(mean, std) that has to become N(0, 1). D is at its best after every step, and G
follows its own loss's gradient through that D.
"""

import torch
from torch import Tensor

from gan_lab.claims.game import MINIMAX, NON_SATURATING
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

STARTS = torch.tensor([[3.0, 0.5], [-3.0, 1.0], [2.0, 2.5], [-1.0, 0.3]], dtype=torch.float64)
STEPS = 300
RATE = 0.2
LATENTS = torch.special.ndtri((torch.arange(500, dtype=torch.float64) + 0.5) / 500)


def best_logits(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Return log p_data(x) - log p_g(x), the logits of D*."""
    return -0.5 * x**2 + 0.5 * ((x - mean) / std) ** 2 + torch.log(std)


def gradient(loss: AdversarialLoss, place_S2: Tensor) -> Tensor:
    """Return the generator's gradient by mean and log std at each place `(S, 2)`, D* held fixed."""
    mean, log_std = place_S2.clone().requires_grad_().split(1, dim=1)
    samples = mean + log_std.exp() * LATENTS
    logits = best_logits(samples, mean.detach(), log_std.detach().exp())
    total = torch.vmap(loss.generator)(logits).sum()
    return torch.cat(torch.autograd.grad(total, (mean, log_std)), dim=1)


def descend(loss: AdversarialLoss) -> Tensor:
    """Return the mean and std after each step from each start, `(STEPS + 1, S, 2)`."""
    place = torch.stack([STARTS[:, 0], STARTS[:, 1].log()], dim=1)
    path = [place]
    for _ in range(STEPS):
        place = place - RATE * gradient(loss, place)
        path.append(place)
    path = torch.stack(path)
    return torch.stack([path[..., 0], path[..., 1].exp()], dim=2)


def check(
    saturating: AdversarialLoss = MINIMAX, other: AdversarialLoss = NON_SATURATING
) -> Outcome:
    """Follow both losses from the same starts; they rest where p_g = p_data, and nowhere before."""
    goal = torch.tensor([[0.0, 1.0]], dtype=torch.float64)
    names = {"log(1 - D)": saturating, "-log D": other}
    numbers: dict[str, float] = {}
    curves = []
    holds = True
    for name, loss in names.items():
        at_goal = gradient(loss, torch.zeros(1, 2, dtype=torch.float64)).abs().max().item()
        path = descend(loss)
        away = (path - goal).norm(dim=2)
        reached = away[-1].max().item()
        steps = (away > 0.1).sum(dim=0).max().item()
        numbers |= {
            f"{name}: gradient where p_g = p_data": at_goal,
            f"{name}: distance from N(0, 1) after {STEPS} steps": reached,
            f"{name}: steps until within 0.1": steps,
        }
        holds &= at_goal < 1e-12 and reached < 0.01
        curves.append(Curve(name, range(STEPS + 1), away.amax(dim=1)))
    return Outcome(
        "Both generator losses have the same fixed point, p_g = p_data; they differ in the way.",
        holds=holds,
        numbers=numbers,
        panels=[
            Panel("The start that takes longest", "step", "distance of (mean, std) from (0, 1)",
                  curves, scale="log"),
        ],
    )  # fmt: skip
