"""V does not say which images G makes, only what D sees of them: all digits against twos alone.

p_data is all digits of scikit-learn, 8x8 pixels, and p_g the real twos among them: perfect images
of a tenth of the modes. Discriminators that see more and more of an image are each brought to their
best.
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from gan_lab.claims.game import MINIMAX
from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.figures.curves import Curve, Panel

KEPT = 2
DECAY = 1e-3
STEPS = 60

View = Callable[[Tensor], Tensor]
VIEWS: Mapping[str, View] = {
    "ink in all": lambda images: images.mean(dim=(1, 2, 3))[:, None],
    "ink of each row": lambda images: images.mean(dim=(1, 3)),
    "every pixel": lambda images: images.flatten(1),
}


def best_value(real: Tensor, fake: Tensor) -> float:
    """Return V of the best logistic regression of what it sees `(N, F)`, with a slight decay."""
    both = torch.cat([real, fake])
    mean, std = both.mean(dim=0), both.std(dim=0).clamp(min=1e-6)
    real, fake = ((seen - mean) / std for seen in (real, fake))
    weights = torch.zeros(real.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        return MINIMAX.discriminator(*(seen @ weights[1:] + weights[0] for seen in (real, fake)))

    def closure() -> Tensor:
        optimizer.zero_grad()
        cost = sum(loss()) + DECAY * weights.square().sum()
        cost.backward()
        return cost

    optimizer.step(closure)
    return MINIMAX.value(loss()).item()


def check(kept: int = KEPT, views: Mapping[str, View] = VIEWS) -> Outcome:
    """Compare V by what D sees, once for a G that makes everything and once for twos alone.

    Args:
        kept: the digit that G makes.
        views: of D, in the order of what they show.
    """
    digits = Digits(size=8).load()
    images = digits.pixels.double() / 255
    chosen = images[digits.labels == kept]
    share = len(chosen) / len(images)
    # D* is share / (share + 1) on the digits that G makes, and 1 on all others.
    ceiling = share * math.log(share / (share + 1)) + math.log(1 / (share + 1))
    values = {name: best_value(view(images), view(chosen)) for name, view in views.items()}
    ink, rows, pixels = values.values()
    return Outcome(
        "A G that makes perfect twos and nothing else has V near -log 4 against a D that sees how "
        "much ink there is, and is found out by one that sees pixels.",
        holds=(
            abs(ink + math.log(4)) < 0.01
            and ink + 0.5 < rows < pixels - 0.05
            and ceiling - 0.1 < pixels < ceiling
        ),
        numbers={f"V of a D that sees {name}": each for name, each in values.items()}
        | {"V of the best D without limits": ceiling},
        panels=[
            Panel("What D sees", "0: " + ", ".join(views), "V of the best such D",
                  [Curve("p_g: twos alone", range(len(values)), [*values.values()], "o-")],
                  levels={"-log 4": -math.log(4), "the best D": ceiling}),
        ],
    )  # fmt: skip
