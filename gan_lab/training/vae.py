"""The variational autoencoder: Kingma, Welling, 2014, arXiv:1312.6114.

The encoder says a Gaussian of latents for each image, and the decoder a distribution of images for
each latent. Together they maximise a lower bound of `log p(x)`, the ELBO:

    log p(x) >= E_q[log p(x | z)] - KL(q(z | x) || p(z)),
    q(z | x) = N(mean, exp(log_variance)),   p(z) = N(0, I)

Shape legend: N = images, Z = latent dimension, K = importance samples.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian
from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.ranges import Range
from gan_lab.schedules import Course
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.changing_numbers import ChangingNumber
from gan_lab.training.decoding import DecodesLatents
from gan_lab.training.player import Recipe
from gan_lab.training.resting import resting
from gan_lab.training.sampling import SamplesFromLatents

DECODED = 8192  # latents that the bound decodes at once


@final
class VAE(DecodesLatents, SamplesFromLatents, Algorithm):
    """An encoder and a decoder that one optimizer trains together.

    Args:
        encoder: maps images to means and logarithms of variances of latents `(N, 2 Z)`.
        decoder: maps latents `(N, Z)` to what it says of each pixel.
        likelihood: of an image, given that.
        inputs: the prior of the latents.
        binary: whether pixels are black or white, and sampled ones too.
        recipe: how both networks are trained.
        beta: of the KL divergence; 1 gives the bound, another number Higgins et al.'s beta-VAE.

    Raises:
        ConfigError: the prior is not N(0, I), or the likelihood is of other images.
    """

    players: ClassVar = {"autoencoder": ["encoder", "decoder"]}
    parts: ClassVar = {"encoder": "encoder", "decoder": "decoder"}
    learns_in_pieces: ClassVar = True
    numbers_per_latent: ClassVar = 2  # that the encoder says
    watched: ClassVar = ("elbo", "loss/kl")
    density: ClassVar = "bound"

    def __init__(
        self,
        *,
        encoder: nn.Module,
        decoder: nn.Module,
        likelihood: Likelihood,
        inputs: InputSource,
        recipe: Recipe,
        binary: bool = False,
        beta: Annotated[float, Range(0, 1000)] | Course = 1.0,
    ) -> None:
        super().__init__({"encoder": encoder, "decoder": decoder}, recipe, streams={"data": 1})
        if not isinstance(inputs.prior, Gaussian):
            raise ConfigError(
                f"algorithm=vae measures how far codes are from latent=gaussian, and latent= is "
                f"{type(inputs.prior).__name__}: choose latent=gaussian, or "
                f"algorithm=adversarial_autoencoder for other priors."
            )
        likelihood.require(binary)
        self.likelihood, self.inputs, self.binary = likelihood, inputs, binary
        self.beta = ChangingNumber("algorithm.beta", beta)
        self.changing.parts.append(self.beta)

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Raise the bound of a minibatch."""
        self.piecewise(self.bound_phase, batches["data"][0].images, draws["noise"])
        self.update("autoencoder")

    def bound_phase(self, images: Tensor, noise: Tensor) -> None:
        """Compute the gradient of the bound, with this noise of the latents."""
        with self.phase("autoencoder"):
            mean, log_variance = full_precision(self.encoder(images)).chunk(2, dim=1)
            latents = mean + (log_variance / 2).exp() * noise
            lost = -self.likelihood.log_prob(self.decoder(latents), images).mean()
            kl = kl_to_prior(mean, log_variance).mean()
            losses = {"reconstruction": lost, "kl": self.beta.value * kl}
            self.descend("autoencoder", losses)
        self.meters.add({"elbo": -(lost + kl).detach()})

    def draws(self) -> dict[str, Tensor]:
        """Return the noise of the latents, N(0, I)."""
        random = seeding.generator(self.device, self.seed, "posterior", self.iteration)
        shape = (self.batch_size, self.inputs.prior.dim)
        return self.share({"noise": torch.randn(shape, generator=random, device=self.device)})

    @torch.no_grad()
    def log_prob(self, images_NCHW: Tensor, samples: int, *address: int | str) -> Tensor:
        """Return `log 1/K sum_k p(x | z_k) p(z_k) / q(z_k | x)` of each image `(N,)`, in nats.

        A lower bound of `log p(x)` that rises with K; the ELBO for 1. Burda, Grosse, Salakhutdinov,
        2016, arXiv:1509.00519, equation 8.
        """
        images = images_NCHW.to(self.device)
        random = seeding.generator(self.device, *address)
        together = max(1, DECODED // len(images))
        weights = []
        networks = (self.evaluated("encoder"), self.evaluated("decoder"))
        with resting(*networks) as (encoder, decoder):
            mean, log_variance = full_precision(encoder(images)).chunk(2, dim=1)
            for done in range(0, samples, together):
                shape = (min(together, samples - done), *mean.shape)
                noise = torch.randn(shape, generator=random, device=self.device)
                latents = mean + (log_variance / 2).exp() * noise
                repeated = images.expand(len(noise), *images.shape).flatten(0, 1)
                said = decoder(latents.flatten(0, 1))
                found = self.likelihood.log_prob(said, repeated).view(len(noise), -1)
                prior = -latents.square().sum(dim=2) / 2
                posterior = -(noise.square() + log_variance).sum(dim=2) / 2
                weights.append(found + prior - posterior)
        return torch.cat(weights).logsumexp(dim=0) - math.log(samples)


def kl_to_prior(mean_NZ: Tensor, log_variance_NZ: Tensor) -> Tensor:
    """Return `KL(N(mean, variance) || N(0, I))` of each image `(N,)`, in nats (appendix B)."""
    return (mean_NZ.square() + log_variance_NZ.exp() - 1 - log_variance_NZ).sum(dim=1) / 2
