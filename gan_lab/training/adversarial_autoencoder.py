"""The adversarial autoencoder: Makhzani, Shlens, Jaitly, Goodfellow, Frey, 2016, arXiv:1511.05644.

An autoencoder whose codes are distributed as any prior that can be sampled: a discriminator tells
codes from latents of the prior, and the encoder, which is the generator of this game, deceives it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import faults
from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.decoding import DecodesLatents
from gan_lab.training.player import Recipe
from gan_lab.training.sampling import SamplesFromLatents


@final
class AdversarialAutoencoder(DecodesLatents, SamplesFromLatents, Algorithm):
    """An encoder, a decoder, and a discriminator of codes.

    The encoder has two optimizers, as in the paper: with the decoder as `autoencoder`, and alone as
    `generator`.

    Args:
        encoder: maps images to latents `(N, Z)`.
        decoder: maps latents to what it says of each pixel.
        discriminator: maps latents, of the prior (real) or codes (fake), to logits `(N,)`.
        likelihood: how wrong a reconstruction is.
        loss: the adversarial one.
        inputs: the prior of the latents.
        binary: whether pixels are black or white, and sampled ones too.
        recipe: how each player is trained.
    """

    players: ClassVar = {
        "autoencoder": ["encoder", "decoder"],
        "discriminator": ["discriminator"],
        "generator": ["encoder"],
    }
    parts: ClassVar = {
        "encoder": "encoder",
        "decoder": "decoder",
        "discriminator": "latent_discriminator",
    }
    learns_in_pieces: ClassVar = True
    watched: ClassVar = ("d_real", "d_fake", "loss/reconstruction")

    def __init__(
        self,
        *,
        encoder: nn.Module,
        decoder: nn.Module,
        discriminator: nn.Module,
        likelihood: Likelihood,
        loss: AdversarialLoss,
        inputs: InputSource,
        recipe: Recipe,
        binary: bool = False,
    ) -> None:
        networks = {"encoder": encoder, "decoder": decoder, "discriminator": discriminator}
        super().__init__(networks, recipe, streams={"data": 1})
        self.likelihood, self.loss, self.inputs, self.binary = likelihood, loss, inputs, binary
        known = loss.equilibrium
        self.reference = {name: known[name] for name in ("d_real", "d_fake") if name in known}

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Reconstruct, then tell codes from latents, then make codes that cannot be told."""
        images = batches["data"][0].images
        self.piecewise(self.reconstruction_phase, images)
        self.update("autoencoder")
        self.piecewise(self.discriminator_phase, images, draws["latents"])
        self.update("discriminator")
        faults.moment("between_players")
        self.piecewise(self.generator_phase, images, draws["latents"])
        self.update("generator")

    def discriminator_phase(self, images: Tensor, latents: Tensor) -> None:
        """Compute the gradient of D: latents of the prior are real, codes are not."""
        with self.phase("discriminator", through=["encoder"]):
            of_real = self.discriminator(latents)
            of_fake = self.discriminator(self.encoder(images).detach())
            self.descend(
                "discriminator", self.loss.weighed(self.loss.discriminator(of_real, of_fake))
            )
        with torch.no_grad():
            self.meters.add(self.loss.answers(of_real, of_fake))

    def generator_phase(self, images: Tensor, latents: Tensor) -> None:
        """Compute the gradient of the encoder through D."""
        with self.phase("generator", through=["discriminator"]):
            beside = self.discriminator(latents) if self.loss.compares_pairs else None
            deceived = self.loss.generator(self.discriminator(self.encoder(images)), beside)
            self.descend("generator", {"generator": self.loss.generator_weight * deceived})

    def draws(self) -> dict[str, Any]:
        """Return latents of the prior, as many as there are images."""
        address = (self.seed, "latents", self.iteration)
        return self.share(
            {"latents": self.inputs.draw(self.batch_size, self.device, *address).latents}
        )
