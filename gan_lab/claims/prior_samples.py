"""Why an autoencoder does not sample: its codes are not where the prior is.

The same two networks on digits of 8x8 pixels, once as an autoencoder and once as a VAE (Kingma,
Welling, 2014, arXiv:1312.6114), whose bound asks codes to be distributed as the prior. The first
decodes its own codes better, and the second what the prior draws.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.evaluation.frechet import frechet_distance, moments
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.losses.likelihoods import Gaussian
from gan_lab.networks.autoencoder_mlp import MLPDecoder, MLPEncoder
from gan_lab.training.vae import kl_to_prior

SHAPE = (1, 8, 8)
HIDDEN = (100, 100)
LIKELIHOOD = Gaussian(value_range=(0.0, 1.0), std=0.2)
PRIOR = GaussianPrior(dim=8)
STEPS = 1000
BATCH = 100
SAMPLES = 5000


class Trained(NamedTuple):
    """What came out of one training.

    Attributes:
        of_prior: Frechet distance of pixels between images decoded from the prior and real ones.
        of_codes: the same of images decoded from their codes.
        lost: mean squared error of the latter.
        codes: their means `(N, Z)`.
    """

    of_prior: float
    of_codes: float
    lost: float
    codes: Tensor


def train(beta: float, steps: int) -> Trained:
    """Train encoder and decoder on digits.

    Args:
        beta: 1: the VAE; 0: an autoencoder, whose codes have neither noise nor divergence.
        steps: of Adam.
    """
    images = Digits(size=8).load().pixels.float() / 255
    torch.manual_seed(0)
    encoder = MLPEncoder(SHAPE, 2 * PRIOR.dim, HIDDEN, "relu")
    decoder = MLPDecoder(PRIOR.dim, SHAPE, HIDDEN, "relu")
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    random = seeding.generator("cpu", 0, "claims", "prior samples")
    for _ in range(steps):
        batch = images[torch.randint(len(images), (BATCH,), generator=random)]
        mean, log_variance = encoder(batch).chunk(2, dim=1)
        noise = torch.randn(mean.shape, generator=random)
        latents = mean + (log_variance / 2).exp() * noise if beta else mean
        lost = -LIKELIHOOD.log_prob(decoder(latents), batch)
        optimizer.zero_grad()
        (lost + beta * kl_to_prior(mean, log_variance)).mean().backward()
        optimizer.step()
    with torch.no_grad():
        codes = encoder(images)[:, : PRIOR.dim]
        decoded = LIKELIHOOD.images(decoder(codes))
        drawn = LIKELIHOOD.images(decoder(PRIOR.sample(SAMPLES, random)))
    real, *others = (moments(each.flatten(1).double()) for each in (images, drawn, decoded))
    of_prior, of_codes = (frechet_distance(real, other) for other in others)
    return Trained(of_prior, of_codes, (decoded - images).square().mean().item(), codes)


def check(beta: float = 1.0, steps: int = STEPS) -> Outcome:
    """Train both, and compare what they make of latents of the prior and of their own codes.

    Args:
        beta: of the VAE's divergence.
        steps: of each training.
    """
    plain, vae = train(0.0, steps), train(beta, steps)
    return Outcome(
        "Images that an autoencoder decodes from the prior are much further from digits than a "
        "VAE's, although it decodes its own codes better.",
        holds=plain.of_prior > 3 * vae.of_prior and plain.lost < vae.lost,
        numbers={
            f"{name}: {what}": number
            for name, trained in {"autoencoder": plain, "VAE": vae}.items()
            for what, number in {
                "distance of images from the prior": trained.of_prior,
                "distance of images from its codes": trained.of_codes,
                "squared error of a pixel, from its code": trained.lost,
                "standard deviation of codes": trained.codes.std().item(),
            }.items()
        },
        panels=[
            Panel(
                "Where codes are",
                "a number of a code",
                "density",
                [
                    _density("codes of the autoencoder", plain.codes),
                    _density("codes of the VAE, means", vae.codes),
                    _density("prior", PRIOR.sample(SAMPLES, torch.Generator().manual_seed(0))),
                ],
            ),
            Panel(
                "Distance of decoded images from digits",
                "0: from their codes, 1: from the prior",
                "Frechet distance of pixels",
                [
                    Curve("autoencoder", [0, 1], [plain.of_codes, plain.of_prior], "o-"),
                    Curve("VAE", [0, 1], [vae.of_codes, vae.of_prior], "s-"),
                ],
                scale="log",
            ),
        ],
    )


def _density(name: str, numbers: Tensor) -> Curve:
    heights, edges = torch.histogram(numbers.flatten(), 60, density=True)
    return Curve(name, (edges[1:] + edges[:-1]) / 2, heights)
