"""Which generator loss still pulls while D wins: Goodfellow et al., 2014, end of section 3."""

import torch
from torch import Tensor

from gan_lab.claims.game import MINIMAX, NON_SATURATING
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

LOGITS = torch.linspace(-10, 10, 201, dtype=torch.float64)
SHOWN = {-3: 70, -5: 50, -8: 20}  # logit: its place in LOGITS


def pull(loss: AdversarialLoss) -> Tensor:
    """Return |d loss / d logit| of a generated sample at each of `LOGITS`."""
    return torch.func.vmap(torch.func.grad(loss.generator))(LOGITS[:, None])[:, 0].abs()


def check(
    saturating: AdversarialLoss = MINIMAX, other: AdversarialLoss = NON_SATURATING
) -> Outcome:
    """Compare both gradients and their ratio with D, 1 - D and exp(-logit)."""
    d = torch.sigmoid(LOGITS)
    weak, strong = pull(saturating), pull(other)
    ratio = strong / weak
    errors = {
        "gradient of log(1 - D)": (weak / d - 1).abs().max().item(),
        "gradient of -log D": (strong / torch.sigmoid(-LOGITS) - 1).abs().max().item(),
        "their ratio": (ratio / torch.exp(-LOGITS) - 1).abs().max().item(),
    }
    losses = {"log(1 - D), minimax": saturating, "-log D, non-saturating": other}
    return Outcome(
        "While D rejects a sample, log(1 - D) hardly moves G: its gradient by the logit is D, that "
        "of -log D is 1 - D, exp(-logit) times as much.",
        holds=max(errors.values()) < 1e-9,
        numbers={f"largest relative error, {name}": error for name, error in errors.items()}
        | {f"ratio at logit {logit}": ratio[place].item() for logit, place in SHOWN.items()},
        panels=[
            Panel(
                "What G minimises",
                "D(G(z))",
                "loss",
                [
                    Curve(name, d, torch.vmap(loss.generator)(LOGITS[:, None]))
                    for name, loss in losses.items()
                ],
            ),
            Panel(
                "How hard it pulls",
                "logit of D(G(z))",
                "|gradient by the logit|",
                [Curve(name, LOGITS, pull(loss)) for name, loss in losses.items()],
                scale="log",
            ),
        ],
    )
