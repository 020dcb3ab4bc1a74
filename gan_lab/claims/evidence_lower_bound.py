"""What a VAE maximises is a bound: Kingma, Welling, 2014, arXiv:1312.6114, equations 1 to 3.

Images of four pixels from two latents by a linear decoder, whose likelihood and posterior are
Gaussian and known (factor analysis with equal noise). The bound is made of the package's own
likelihood and divergence; its expectation over q is exact, by the rule of Gauss and Hermite.

Shape legend: N = images, Z = latents, D = pixels, K = nodes of the rule.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal, kl_divergence

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.losses.likelihoods import Gaussian, Likelihood
from gan_lab.training.player import Player, Recipe
from gan_lab.training.vae import VAE, kl_to_prior

SHAPE = (1, 2, 2)
# Columns at right angles: the posterior's numbers are independent, as an encoder's are.
WEIGHTS_DZ = torch.tensor([[0.8, 0.2], [0.4, -0.4], [0.4, 0.0], [0.0, 0.6]], dtype=torch.float64)
STD = 0.5
LIKELIHOOD = Gaussian(value_range=(0.0, 1.0), std=STD)
MODEL = MultivariateNormal(
    torch.zeros(4).double(), WEIGHTS_DZ @ WEIGHTS_DZ.T + STD**2 * torch.eye(4).double()
)
IMAGES_ND = (
    MODEL.mean
    + torch.randn(
        40, 4, dtype=torch.float64, generator=seeding.generator("cpu", 0, "claims", "images")
    )
    @ torch.linalg.cholesky(MODEL.covariance_matrix).mT
)  # of the model itself
# What the encoder should say: the posterior is N(x A^T, 1 / precision).
PRECISION_Z = 1 + (WEIGHTS_DZ / STD).square().sum(dim=0)
READING_ZD = (WEIGHTS_DZ / STD**2 / PRECISION_Z).T
RANDOM = 200  # encoders that say something else
SCALES = torch.linspace(0.3, 3, 28, dtype=torch.float64)
SAMPLES = [1, 2, 5, 10, 30, 100, 300, 1000]
REPEATS = 20

Divergence = Callable[[Tensor, Tensor], Tensor]


def bound(
    mean_NZ: Tensor, log_variance_NZ: Tensor, likelihood: Likelihood, divergence: Divergence
) -> Tensor:
    """Return `E_q[log p(x | z)] - KL(q, p)` of each image `(N,)`, quadratic in z and so exact."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    noise_KZ = torch.cartesian_prod(*[torch.from_numpy(nodes)] * 2)
    shares_K = torch.cartesian_prod(*[torch.from_numpy(weights)] * 2).prod(dim=1) / math.tau
    latents_KNZ = mean_NZ + (log_variance_NZ / 2).exp() * noise_KZ[:, None]
    said = (latents_KNZ @ WEIGHTS_DZ.T).flatten(0, 1).unflatten(1, SHAPE)
    images = IMAGES_ND.repeat(len(noise_KZ), 1).unflatten(1, SHAPE)
    found_KN = likelihood.log_prob(said, images).unflatten(0, (len(noise_KZ), -1))
    return (shares_K[:, None] * found_KN).sum(dim=0) - divergence(mean_NZ, log_variance_NZ)


def gap(mean_NZ: Tensor, log_variance_NZ: Tensor) -> Tensor:
    """Return `KL(q, p(z | x))` of each image `(N,)`, of any two Gaussians."""
    posterior = MultivariateNormal(IMAGES_ND @ READING_ZD.T, torch.diag(1 / PRECISION_Z))
    said = MultivariateNormal(mean_NZ, torch.diag_embed(log_variance_NZ.exp()))
    return kl_divergence(said, posterior)


def check(likelihood: Likelihood = LIKELIHOOD, divergence: Divergence = kl_to_prior) -> Outcome:
    """Compare the bounds of many encoders with the likelihood of their images, and the gaps."""
    known = MODEL.log_prob(IMAGES_ND)
    mean, log_variance = IMAGES_ND @ READING_ZD.T, -PRECISION_Z.log().expand(len(IMAGES_ND), 2)
    at_best = bound(mean, log_variance, likelihood, divergence)
    random = seeding.generator("cpu", 0, "claims", "encoders")
    excess, error = [], []
    for size in torch.linspace(0.01, 2, RANDOM).tolist():
        noise = torch.randn(2, *mean.shape, dtype=torch.float64, generator=random)
        other = mean + size * noise[0], log_variance + size * noise[1]
        found = bound(*other, likelihood, divergence)
        excess.append((found - known).max().item())
        error.append((known - found - gap(*other)).abs().max().item())
    of_scales = [
        bound(mean, log_variance + 2 * scale.log(), likelihood, divergence).mean()
        for scale in SCALES
    ]
    of_samples = [importance(likelihood, samples) for samples in SAMPLES]
    tight = (at_best - known).abs().max().item()
    mean_known = known.mean().item()
    return Outcome(
        "The ELBO is below log p(x) by the divergence of the encoder from the posterior, and "
        "equals it at the posterior; the bound of more importance samples is tighter.",
        holds=(
            max(excess) < 1e-9
            and max(error) < 1e-9
            and tight < 1e-9
            and abs(of_samples[-1] - mean_known) < 0.01
            and all(more > less - 0.005 for less, more in pairwise(of_samples))
            and of_samples[0] < mean_known - 0.1
        ),
        numbers={
            "mean log p(x), nats": mean_known,
            "largest |ELBO - log p(x)| at the posterior": tight,
            f"most of ELBO - log p(x) of {RANDOM} other encoders": max(excess),
            "largest |log p(x) - ELBO - KL(q, posterior)|": max(error),
            **{
                f"a poor encoder, {samples} importance samples": found
                for samples, found in zip(SAMPLES, of_samples, strict=True)
                if samples in (1, 10, 100, 1000)
            },
        },
        panels=[
            Panel(
                "How sure the encoder is",
                "its standard deviation, over that of the posterior",
                "nats",
                [Curve("ELBO", SCALES, of_scales)],
                levels={"log p(x)": mean_known},
            ),
            Panel(
                "An encoder that is not the posterior",
                "log10 of the importance samples",
                "nats",
                [Curve("bound", np.log10(SAMPLES), of_samples, ".-")],
                levels={"log p(x)": mean_known},
            ),
        ],
    )


def importance(likelihood: Likelihood, samples: int) -> float:
    """Return the mean bound of a VAE whose encoder says twice the posterior's deviations."""
    encoder, decoder = nn.Linear(4, 4), nn.Linear(2, 4, bias=False)
    with torch.no_grad():
        encoder.weight.copy_(torch.cat([READING_ZD, torch.zeros(2, 4)]))
        encoder.bias.copy_(torch.cat([torch.zeros(2), 2 * math.log(2) - PRECISION_Z.log()]))
        decoder.weight.copy_(WEIGHTS_DZ)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.1))
    vae = VAE(
        encoder=nn.Sequential(nn.Flatten(), encoder),
        decoder=nn.Sequential(decoder, nn.Unflatten(1, SHAPE)),
        likelihood=likelihood,
        inputs=InputSource(GaussianPrior(dim=2)),
        binary=False,
        recipe=Recipe({"autoencoder": player}, batch_size=1, seed=0),
        beta=1.0,
    )
    images = IMAGES_ND.float().repeat(REPEATS, 1).unflatten(1, SHAPE)
    return vae.log_prob(images, samples, 0, "claims", samples).mean().item()
