"""What becomes of convexity in the weights of a generator: Goodfellow et al., 2014, section 4.2.

sup_D U(p_g, D) is convex in p_g. A generator with one weight, which moves N(0, 0.6) to its place,
reaches few densities, and along those the same function has several minima.
"""

import torch
from torch import Tensor

from gan_lab.claims.game import LINE, MINIMAX, gaussian, value
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

PLACES = torch.linspace(-6, 6, 121, dtype=torch.float64)
STARTS = torch.tensor([-5.0, -1.0, 1.0, 5.0], dtype=torch.float64)
STD = 0.6
SHARE = 0.65  # of the right mode
STEPS = 60
RATE = 0.7


def moved_to(places: Tensor) -> Tensor:
    """Return p_g `(S, M)` of generators that have moved the noise to these places `(S,)`."""
    return torch.softmax(-0.5 * ((LINE - places[:, None]) / STD) ** 2, dim=1)


def highest_value(loss: AdversarialLoss, p_data: Tensor, p_g: Tensor) -> Tensor:
    """Return sup_D V, with D* held fixed: it is what a search finds (`optimal_discriminator`)."""
    logits = (p_data.log() - p_g.detach().log()).clamp(-50, 50)
    return value(loss, logits, p_data.expand_as(p_g), p_g)


def check(distance: float = 6.0, loss: AdversarialLoss = MINIMAX) -> Outcome:
    """Look for minima along the weight and along mixtures, and descend from four starts.

    Args:
        distance: between the two modes of the data.
        loss: whose V it is.
    """
    modes = [gaussian(place, STD) for place in (-distance / 2, distance / 2)]
    p_data = (1 - SHARE) * modes[0] + SHARE * modes[1]
    along_weight = highest_value(loss, p_data, moved_to(PLACES))
    shares = torch.linspace(0, 1, len(PLACES), dtype=torch.float64)
    mixtures = (1 - shares[:, None]) * modes[0] + shares[:, None] * modes[1]
    along_mixtures = highest_value(loss, p_data, mixtures)
    places, path = STARTS, [STARTS]
    for _ in range(STEPS):
        places = places.detach().requires_grad_()
        (slope,) = torch.autograd.grad(highest_value(loss, p_data, moved_to(places)).sum(), places)
        places = places.detach() - RATE * slope
        path.append(places)
    ends = highest_value(loss, p_data, moved_to(places))
    best, worst = ends.min().item(), ends.max().item()
    of_mixtures = along_mixtures.min().item()
    return Outcome(
        "By a weight of the generator sup_D V has several minima, of different heights; along "
        "mixtures of the same densities it has one.",
        holds=(
            minima(along_weight) == 2
            and minima(along_mixtures) == 1
            and worst - best > 0.05
            and best - of_mixtures > 0.05
        ),
        numbers={
            "minima along the weight": minima(along_weight),
            "minima along mixtures of two": minima(along_mixtures),
            "sup_D V where the best descent ends": best,
            "sup_D V where the worst ends": worst,
            "sup_D V of the best mixture, -log 4 = -1.3863": of_mixtures,
        }
        | {
            f"place of G after {STEPS} steps from {start:g}": end
            for start, end in zip(STARTS.tolist(), places.tolist(), strict=True)
        },
        panels=[
            Panel("Of one weight", "place to which G moves the noise", "sup_D V", [
                Curve("sup_D V", PLACES, along_weight),
                Curve("where descent ends", places.detach(), ends.detach(), "o"),
            ]),
            Panel("Of mixtures", "share of the right mode", "sup_D V",
                  [Curve("sup_D V", shares, along_mixtures)]),
            Panel("Descent on the weight", "step", "place of G", [
                Curve(f"from {start:g}", range(STEPS + 1), torch.stack(path)[:, each].detach())
                for each, start in enumerate(STARTS.tolist())
            ]),
        ],
    )  # fmt: skip


def minima(curve: Tensor) -> int:
    """Return how many inner points of a curve are below both of their neighbours."""
    inner = curve[1:-1]
    return int(((inner < curve[:-2]) & (inner < curve[2:])).sum())
