"""What L1 and L2 make of what cannot be known: the median of all that it may be, and the mean.

Small networks complete digits of 8x8 pixels: from the upper half, the lower one, which is not
decided by it. By squares a pixel that is white in a third of the cases is gray; by absolute
differences it is black, so that edges stay sharp. The losses are those of `likelihood=gaussian` and
`likelihood=laplace`.
"""

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.likelihoods import Gaussian, Laplace, Likelihood
from gan_lab.networks.autoencoder_mlp import MLPEncoder

L1 = Laplace(value_range=(0.0, 1.0), scale=0.1)
L2 = Gaussian(value_range=(0.0, 1.0), std=0.1)
STEPS = 600
BATCH = 100
WHITE = torch.linspace(0, 1, 41, dtype=torch.float64)


def best_constant(likelihood: Likelihood, pixels_N: Tensor) -> float:
    """Return the single answer with the highest likelihood of all pixels, found by search."""
    answers = torch.linspace(0, 1, 1001, dtype=torch.float64)
    shown = pixels_N.expand(len(answers), -1)[:, None, None]
    said = answers[:, None, None, None].expand_as(shown)
    return answers[likelihood.log_prob(said, shown).argmax()].item()


def complete(likelihood: Likelihood, upper: Tensor, lower: Tensor, asked: Tensor) -> Tensor:
    """Return lower halves for the upper ones `asked`, by a network trained on other digits."""
    torch.manual_seed(0)
    network = MLPEncoder((1, 4, 8), 32, (200,), "relu")
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    random = seeding.generator("cpu", 0, "claims", "reconstruction losses")
    for _ in range(STEPS):
        chosen = torch.randint(len(upper), (BATCH,), generator=random)
        said = network(upper[chosen]).view(-1, 1, 4, 8)
        optimizer.zero_grad()
        (-likelihood.log_prob(said, lower[chosen]).mean()).backward()
        optimizer.step()
    with torch.no_grad():
        return likelihood.images(network(asked).view(-1, 1, 4, 8)).clamp(0, 1)


def grayness(images: Tensor) -> float:
    """Return the mean of 4 x (1 - x): 0 where all pixels are black or white, 1 for gray."""
    return (4 * images * (1 - images)).mean().item()


def check(absolute: Likelihood = L1, squared: Likelihood = L2) -> Outcome:
    """Find the best answers to a pixel that may be either, and complete digits by both losses."""
    pixels = torch.arange(1000, dtype=torch.float64) / 1000
    answers = {
        name: [best_constant(likelihood, (pixels < white).double()) for white in WHITE]
        for name, likelihood in {"L1": absolute, "L2": squared}.items()
    }
    shares = [(pixels < white).double().mean().item() for white in WHITE]
    from_mean = max(abs(a - b) for a, b in zip(answers["L2"], shares, strict=True))
    from_ends = max(
        abs(answer - round(share))
        for answer, share in zip(answers["L1"], shares, strict=True)
        if share != 0.5
    )
    train, test = (
        (Digits(size=8, split=split).load().pixels.float() / 255).split(4, dim=2)
        for split in ("train", "test")
    )
    made = {
        name: complete(likelihood, *train, test[0])
        for name, likelihood in {"L1": absolute, "L2": squared}.items()
    }
    off = {name: (images - test[1]).abs().mean().item() for name, images in made.items()}
    off_squared = {name: (images - test[1]).square().mean().item() for name, images in made.items()}
    gray = {name: grayness(images) for name, images in made.items()}
    real = grayness(test[1])
    levels = torch.linspace(0, 1, 21)
    return Outcome(
        "Of a pixel that may be black or white L2 makes the mean, gray, and L1 the median, one of "
        "both; so digits that L1 completes are less gray, and those of L2 nearer by squares.",
        holds=(
            from_mean < 1e-3
            and from_ends < 1e-3
            and gray["L1"] < 0.9 * gray["L2"]
            and off["L1"] < off["L2"]
            and off_squared["L2"] < off_squared["L1"]
        ),
        numbers={
            "L2: largest distance of the answer from the share of white": from_mean,
            "L1: largest distance of the answer from black or white, whichever is more": from_ends,
            "grayness of real lower halves, 4 x (1 - x)": real,
        }
        | {f"{name}: grayness of completions": size for name, size in gray.items()}
        | {f"{name}: mean absolute difference to test digits": size for name, size in off.items()}
        | {f"{name}: mean squared difference": size for name, size in off_squared.items()},
        panels=[
            Panel("A pixel that may be either", "share of the cases in which it is white",
                  "best answer", [Curve(name, WHITE, best) for name, best in answers.items()]),
            Panel("Pixels of completed digits", "brightness", "share of the pixels below", [
                Curve(name, levels, [(images < level).float().mean().item() for level in levels])
                for name, images in {"real": test[1], **made}.items()
            ]),
        ],
    )  # fmt: skip
