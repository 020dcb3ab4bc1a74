"""A linear autoencoder finds what principal components do: Baldi, Hornik, 1989.

Neural Networks 2, pages 53 to 58: squared error has no minimum but where the decoder spans the
directions in which the data vary most. Which directions of that plane its own numbers are is left
open, so they are no components one by one.

Shape legend: N = images, D = pixels, Z = numbers of a code.
"""

import math

import torch
from torch import Tensor, nn

from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.evaluation.reconstruction import error_of_components, principal_components
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.likelihoods import Gaussian, Likelihood
from gan_lab.networks.autoencoder_mlp import MLPDecoder, MLPEncoder

Z = 4
SHAPE = (1, 8, 8)
ROUNDS = 12
STEPS = 25  # of L-BFGS in each
EXACT = {
    "max_iter": STEPS, "history_size": 50, "tolerance_grad": 1e-12, "tolerance_change": 1e-15,
}  # fmt: skip


def angles_of(one_DZ: Tensor, other_DZ: Tensor) -> Tensor:
    """Return the principal angles of two subspaces, in degrees, from the smallest `(Z,)`.

    By their sines where these are small: a cosine near 1 has no digits left (Knyazev, Argentati,
    2002).
    """
    one, other = (torch.linalg.qr(each.double()).Q for each in (one_DZ, other_DZ))
    cosines = torch.linalg.svdvals(one.T @ other).clamp(max=1)
    sines = torch.linalg.svdvals(other - one @ (one.T @ other)).clamp(max=1).flip(0)
    return torch.where(sines < math.sqrt(0.5), sines.asin(), cosines.acos()).rad2deg()


def check(likelihood: Likelihood | None = None, hidden: tuple[int, ...] = ()) -> Outcome:
    """Train an autoencoder of digits, and compare what its decoder spans with the components.

    Args:
        likelihood: whose logarithm is maximised; None: Gaussian, which is the squared error.
        hidden: units of hidden layers of the encoder, a tanh each.
    """
    pixels = Digits(size=8).load().pixels
    images = pixels.double() / 255
    mean, components = principal_components(pixels, Z)
    floor = error_of_components(pixels, mean, components)
    likelihood = likelihood or Gaussian(value_range=(0.0, 1.0), std=0.5)
    torch.manual_seed(0)
    encoder = MLPEncoder(SHAPE, Z, hidden, "tanh").double()
    decoder = MLPDecoder(Z, SHAPE, (), "tanh").double()
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.LBFGS(weights, line_search_fn="strong_wolfe", **EXACT)

    def loss() -> Tensor:
        optimizer.zero_grad()
        lost = -likelihood.log_prob(decoder(encoder(images)), images).mean()
        lost.backward()
        return lost

    angles, errors = [], []
    for _ in range(ROUNDS + 1):
        spanned = linear_of(decoder).weight.detach()
        angles.append(angles_of(spanned, components))
        with torch.no_grad():
            errors.append((likelihood.images(decoder(encoder(images))) - images).square().mean())
        if len(angles) <= ROUNDS:
            optimizer.step(loss)
    return outcome_of(torch.stack(angles), torch.stack(errors), floor, spanned, components)


def linear_of(decoder: nn.Module) -> nn.Linear:
    """Return the only layer with weights of a linear decoder."""
    return next(layer for layer in decoder.modules() if isinstance(layer, nn.Linear))


def outcome_of(
    angles: Tensor, errors: Tensor, floor: float, spanned_DZ: Tensor, components_DZ: Tensor
) -> Outcome:
    """Return what the training came to.

    Args:
        angles: by round, in degrees.
        errors: mean squared, by round.
        floor: the same of principal components.
        spanned_DZ: the decoder's weights at the end.
        components_DZ: the principal ones.
    """
    largest, smallest = angles[-1].max().item(), angles[-1].min().item()
    directions = spanned_DZ / spanned_DZ.norm(dim=0)
    alike = (directions.T @ components_DZ.double()).abs().clamp(max=1).acos().rad2deg()
    nearest = alike.min(dim=1).values.max().item()
    excess = errors[-1].item() / floor - 1
    steps = STEPS * torch.arange(len(angles))
    return Outcome(
        f"A trained linear autoencoder of {Z} numbers spans what {Z} principal components do, and "
        f"no number of its code need be one of them.",
        holds=largest < 0.05 and abs(excess) < 1e-4 and angles[0].min() > 30 and nearest > 5,
        numbers={
            "angles before training, degrees: smallest": angles[0].min().item(),
            "angles before training, degrees: largest": angles[0].max().item(),
            "angles after training, degrees: smallest": smallest,
            "angles after training, degrees: largest": largest,
            "squared error of a pixel": errors[-1].item(),
            "the same of principal components": floor,
            "difference, relative": excess,
            "largest angle of a direction of the code to its nearest component": nearest,
        },
        panels=[
            Panel(
                "Angles between both subspaces",
                "step",
                "degrees",
                [Curve(f"angle {number + 1}", steps, angles[:, number]) for number in range(Z)],
                scale="log",
            ),
            Panel(
                "Error of reconstructions",
                "step",
                "above principal components, relative",
                [Curve("autoencoder", steps, (errors / floor - 1).clamp(min=1e-16), ".-")],
                scale="log",
            ),
        ],
    )
