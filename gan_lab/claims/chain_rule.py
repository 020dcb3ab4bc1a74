"""The chain rule leaves nothing out: `p(x) = prod_i p(x_i | x_<i)`, and what shorter memories cost.

A table of all images of n black or white pixels has 2^n - 1 free numbers, and so have all its
conditionals together. If each number is told of the one before alone, 2n - 1 remain, if of none, n.
NADE and PixelRNN have conditionals of a form that few weights say, for all x_<i.

Shape legend: A = all images, n = their pixels.
"""

import itertools

import numpy as np
import torch
from torch import nn

from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.losses.likelihoods import Bernoulli
from gan_lab.networks.nade import NADE
from gan_lab.networks.pixelcnn import PixelCNN
from gan_lab.networks.pixelrnn import PixelRNN

SIDE = 3
PIXELS = SIDE**2
ROUNDING = 1e-12


def every_image(pixels: int) -> np.ndarray:
    """Return all images of 0 and 1, `(A, n)`."""
    return np.array(list(itertools.product((0, 1), repeat=pixels)))


def contexts(images_An: np.ndarray, memory: int) -> list[np.ndarray]:
    """Return for each pixel which of the possible memories an image has before it, `(A,)`.

    Args:
        images_An: all of them.
        memory: pixels before one that it is told of, at most.
    """
    return [
        np.unique(images_An[:, max(0, i - memory) : i], axis=0, return_inverse=True)[1].ravel()
        for i in range(images_An.shape[1])
    ]


def free_numbers(pixels: int, memory: int) -> int:
    """Return how many conditional probabilities there are, by counting the memories."""
    return sum(len(np.unique(found)) for found in contexts(every_image(pixels), memory))


def told_of(images_An: np.ndarray, p_A: np.ndarray, memory: int) -> np.ndarray:
    """Return the nearest distribution whose pixels have such a memory: a product of conditionals.

    Args:
        images_An: all of them.
        p_A: their probabilities.
        memory: pixels before one that it is told of, at most.
    """
    result = np.ones_like(p_A)
    for pixel_A, context_A in zip(images_An.T, contexts(images_An, memory), strict=True):
        both = np.bincount(2 * context_A + pixel_A, p_A)
        result *= both[2 * context_A + pixel_A] / np.bincount(context_A, p_A)[context_A]
    return result


def networks() -> dict[str, nn.Module]:
    """Return models with random weights."""
    torch.manual_seed(0)
    shape, sizes = (1, SIDE, SIDE), {"hidden": 6, "layers": 2, "head": 12}
    found = {
        "NADE": NADE(shape, hidden=6, order="random"),
        "PixelRNN, rows": PixelRNN(shape, 1, "row", **sizes),
        "PixelRNN, diagonals": PixelRNN(shape, 1, "diagonal", **sizes),
        "PixelCNN": PixelCNN(shape, 1, **sizes),
    }
    for network in found.values():
        for weights in network.double().parameters():
            nn.init.normal_(weights, std=0.5)
    return found


@torch.no_grad()
def total(network: nn.Module) -> float:
    """Return the sum of the probabilities of all images."""
    images = torch.from_numpy(every_image(PIXELS)).double().view(-1, 1, SIDE, SIDE)
    log_prob = Bernoulli(value_range=(0.0, 1.0)).log_prob(network(images), images)
    return log_prob.exp().sum().item()


def check(enough: int = PIXELS - 1) -> Outcome:
    """Count and sum over all images of 3 x 3 pixels.

    Args:
        enough: pixels before each one that are claimed to be enough for any distribution.
    """
    images = every_image(PIXELS)
    p = np.random.default_rng(0).dirichlet(np.full(len(images), 0.3))
    memories = range(PIXELS)
    lost = [(p * np.log(p / told_of(images, p, memory))).sum() for memory in memories]
    numbers = [free_numbers(PIXELS, memory) for memory in memories]
    sums = {name: total(network) for name, network in networks().items()}
    counted = all(
        free_numbers(n, 0) == n
        and free_numbers(n, 1) == 2 * n - 1
        and free_numbers(n, n) == 2**n - 1
        for n in range(1, PIXELS + 1)
    )
    return Outcome(
        "By the chain rule any distribution is a product of conditionals; NADE and PixelRNN, which "
        "say these, have probabilities that sum to 1.",
        holds=(
            counted
            and lost[enough] < ROUNDING
            and min(lost[: PIXELS - 1]) > ROUNDING
            and all(abs(found - 1) < ROUNDING for found in sums.values())
        ),
        numbers={
            "images of 3 x 3 pixels": len(images),
            "free numbers of a table, 2^n - 1": numbers[-1],
            "of a Markov chain, 2n - 1": numbers[1],
            "of independent pixels, n": numbers[0],
            "nats lost by the product of all conditionals": lost[-1],
            "nats lost by the nearest Markov chain": lost[1],
            "nats lost by the nearest independent pixels": lost[0],
            **{f"sum over all images less 1, {name}": found - 1 for name, found in sums.items()},
        },
        panels=[
            Panel(
                "What a memory costs",
                "pixels before that one is told of",
                "free numbers",
                [Curve("counted", memories, numbers, ".-")],
                levels={"all but one of 2^n": 2**PIXELS - 1},
                scale="log",
            ),
            Panel(
                "What a shorter one loses",
                "pixels before that one is told of",
                "KL(p, nearest) in nats",
                [Curve("of a random table", memories, lost, ".-")],
            ),
        ],
    )
