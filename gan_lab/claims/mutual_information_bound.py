"""What InfoGAN maximises: Chen et al., 2016, arXiv:1606.03657, equations 4 and 5, Lemma 5.1.

A code c of four classes, and images that are numbers: G(z, c) is Gaussian around the place of its
class, on a line of a few hundred points, so that expectations are sums.

Shape legend: K = classes, M = points of the line, B = discriminators Q side by side.
"""

import math

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.game import LINE, gaussian, kl
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.structured import Structured
from gan_lab.losses.mutual_information import MutualInformation
from gan_lab.losses.terms import Judged, PhaseOutputs

PLACES = (-3.0, -1.0, 1.0, 3.0)
K = len(PLACES)
CODE = Structured(factors={"c": {"kind": "categorical", "size": K, "informative": True}})
TERM = MutualInformation(weight=1.0, code=CODE)
RANDOM = 100
SHARPNESS = torch.linspace(0, 3, 31, dtype=torch.float64)
STDS = torch.linspace(0.4, 4, 37, dtype=torch.float64)  # of smaller ones, shares round to 0


def joint_of(std: float) -> Tensor:
    """Return the probability of each class and image `(K, M)`."""
    return torch.stack([gaussian(place, std) for place in PLACES]) / K


def posterior_of(joint_KM: Tensor) -> Tensor:
    """Return `log P(c | x)`, `(K, M)`."""
    return joint_KM.log() - joint_KM.sum(dim=0).log()


def information(joint_KM: Tensor) -> Tensor:
    """Return I(c; x) in nats: by how much class and image are not independent."""
    apart = joint_KM.sum(dim=1, keepdim=True) * joint_KM.sum(dim=0)
    return kl(joint_KM.flatten(), apart.flatten())


def bounds(term: MutualInformation, joint_KM: Tensor, logits_BKM: Tensor) -> Tensor:
    """Return L_I of each Q `(B,)`, as the term computes it for one image after the other."""

    def value(latents_K: Tensor, head_K: Tensor) -> Tensor:
        empty = torch.zeros(1)
        fake = Judged(empty, None, empty, None, head_K[None])
        return -term(PhaseOutputs(None, None, fake, latents=latents_K[None]))

    classes = torch.eye(K, dtype=torch.float64)
    heads_BMK = logits_BKM.movedim(1, 2)
    over_images = torch.vmap(value, in_dims=(None, 0))
    over_all = torch.vmap(torch.vmap(over_images, in_dims=(0, None)), in_dims=(None, 0))
    return (joint_KM * over_all(classes, heads_BMK)).sum(dim=(1, 2))


def check(term: MutualInformation = TERM) -> Outcome:
    """Compare the bound of many Q with the mutual information, and the gap with what it should be.

    The gap is the divergence of Q from the posterior, on average over the images.
    """
    joint = joint_of(1.0)
    posterior, known = posterior_of(joint), information(joint)
    random = seeding.generator("cpu", 0, "claims", "Q")
    noise = torch.randn(RANDOM, K, len(LINE), dtype=torch.float64, generator=random)
    scales = torch.linspace(0.01, 5, RANDOM, dtype=torch.float64)[:, None, None]
    sharpened = SHARPNESS[:, None, None] * posterior
    found = bounds(term, joint, torch.cat([posterior[None], posterior + scales * noise, sharpened]))
    log_q = torch.cat([posterior + scales * noise, sharpened]).log_softmax(dim=1)
    gaps = (joint * (posterior - log_q)).sum(dim=(1, 2))
    excess = (found[1:] - known).max().item()
    error = (known - found[1:] - gaps).abs().max().item()
    tight = (found[0] - known).abs().item()
    return Outcome(
        "L_I = E[log Q(c|x)] + H(c) is never above I(c; G(z, c)), and equals it where Q is the "
        "posterior.",
        holds=excess < 1e-9 and error < 1e-9 and tight < 1e-9,
        numbers={
            "I(c; x)": known.item(),
            "its ceiling, H(c) = log 4": math.log(K),
            "|L_I - I| where Q is the posterior": tight,
            f"most of L_I - I over {len(gaps)} other Q": excess,
            "largest |I - L_I - E[KL(P(c|x), Q(c|x))]|": error,
            "L_I of a Q that knows nothing": found[-len(SHARPNESS)].item(),
            "L_I of the posterior's logits times 3": found[-1].item(),
        },
        panels=[_of_sharpness(found[-len(SHARPNESS) :], known), _of_noise(term, posterior)],
    )


def _of_sharpness(found: Tensor, known: Tensor) -> Panel:
    return Panel(
        "How sure Q is",
        "factor on the logits of the posterior",
        "nats",
        [Curve("L_I", SHARPNESS, found)],
        levels={"I(c; x)": known.item(), "H(c) = log 4": math.log(K)},
    )


def _of_noise(term: MutualInformation, fixed: Tensor) -> Panel:
    joints = [joint_of(std) for std in STDS.tolist()]
    known = [information(joint).item() for joint in joints]
    at_best = [bounds(term, joint, posterior_of(joint)[None]).item() for joint in joints]
    of_fixed = [bounds(term, joint, fixed[None]).item() for joint in joints]
    return Panel(
        "How noisy images are",
        "standard deviation of the images of a class",
        "nats",
        [
            Curve("I(c; x)", STDS, known),
            Curve("L_I, Q the posterior", STDS, at_best, "k."),
            Curve("L_I, Q that of standard deviation 1", STDS, of_fixed, "--"),
        ],
        levels={"H(c) = log 4": math.log(K)},
    )
