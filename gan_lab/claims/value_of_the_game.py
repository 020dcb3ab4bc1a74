"""What the game is played for: equation 1 of Goodfellow et al., 2014, and how far it can go.

V = E[log D(x)] + E[log(1 - D(G(z)))] is minus the sum of two binary cross-entropies, of real
images called 1 and of generated ones called 0. Nothing else is in it.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy

from gan_lab import seeding
from gan_lab.claims.game import MINIMAX
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

GAMES = 200
IMAGES = 50
SURENESS = torch.linspace(0, 30, 121, dtype=torch.float64)


def check(loss: AdversarialLoss = MINIMAX) -> Outcome:
    """Compare V with the cross-entropies of random answers, and push D to both ends."""
    random = seeding.generator("cpu", 0, "claims", "value of the game")
    real, fake = 3 * torch.randn(2, GAMES, IMAGES, dtype=torch.float64, generator=random)

    def value(real_SN: Tensor, fake_SN: Tensor) -> Tensor:
        return loss.value(torch.vmap(loss.discriminator)(real_SN, fake_SN))

    entropies = torch.stack(
        [
            binary_cross_entropy(logits.sigmoid(), torch.full_like(logits, label), reduction="none")
            for logits, label in ((real, 1.0), (fake, 0.0))
        ]
    )
    values = value(real, fake)
    error = (values + entropies.mean(dim=2).sum(dim=0)).abs().max().item()
    sure = SURENESS[:, None]
    sides = {
        "right of both": value(sure, -sure),
        "right of real images alone": value(sure, sure),
        "wrong of both": value(-sure, sure),
    }
    perfect, fooled, wrong = (curve[-1].item() for curve in sides.values())
    undecided = sides["right of both"][0].item()
    return Outcome(
        "V is minus the sum of two binary cross-entropies, at most 0: 0 for a perfect D, -log 4 "
        "for one that says 1/2, and as low as one likes for one that is wrong.",
        holds=(
            error < 1e-12
            and values.max().item() < 0
            and -1e-12 < perfect < 0
            and abs(undecided + math.log(4)) < 1e-12
            and abs(wrong + 2 * SURENESS[-1].item()) < 1e-9
            and wrong < fooled < undecided
        ),
        numbers={
            f"largest |V + both cross-entropies|, over {GAMES} random D": error,
            "highest V of a random D": values.max().item(),
            "V of a D that says 1/2": undecided,
            "V of a D that is right of both, at logits of 30": perfect,
            "V of a D that takes all for real": fooled,
            "V of a D that is wrong of both": wrong,
        },
        panels=[
            Panel("How sure D is, and of what", "|logit|", "V(D, G)",
                  [Curve(f"D is {name}", SURENESS, curve) for name, curve in sides.items()],
                  levels={"-log 4": -math.log(4)}),
        ],
    )  # fmt: skip
