"""The best D against any fixed G: Goodfellow et al., 2014, arXiv:1406.2661, Proposition 1.

It exists whether or not p_g equals p_data; only its value 1/2 says that they are equal.
"""

from collections.abc import Callable

from torch import Tensor

from gan_lab.claims.game import LINE, MINIMAX, best_logits, random_mixtures
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.adversarial import AdversarialLoss

PAIRS = 200


def ratio(p_data: Tensor, p_g: Tensor) -> Tensor:
    """Return the formula to be checked."""
    return p_data / (p_data + p_g)


def check(
    loss: AdversarialLoss = MINIMAX, formula: Callable[[Tensor, Tensor], Tensor] = ratio
) -> Outcome:
    """Compare the D that a search finds at every point with `formula(p_data, p_g)`."""
    p_data, p_g = random_mixtures(PAIRS, "p_data"), random_mixtures(PAIRS, "p_g")
    found = loss.output(best_logits(loss, p_data, p_g))
    expected = formula(p_data, p_g)
    error = (found - expected).abs().max().item()
    return Outcome(
        "Against any fixed G the best discriminator is D* = p_data / (p_data + p_g).",
        holds=error < 1e-6,
        numbers={f"largest |D - D*| over {PAIRS} pairs of densities": error},
        panels=[
            Panel(
                f"pair {pair + 1} of {PAIRS}",
                "x",
                "probability in units of the largest; D",
                [
                    Curve("p_data", LINE, p_data[pair] / p_data[pair].max(), "k:"),
                    Curve("p_g", LINE, p_g[pair] / p_data[pair].max(), "g-"),
                    Curve("D found by search", LINE[::5], found[pair, ::5], "b."),
                    Curve("D* by the formula", LINE, expected[pair], "b-"),
                ],
            )
            for pair in range(3)
        ],
    )
