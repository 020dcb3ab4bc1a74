"""The adversarial autoencoder that tells classes: Makhzani et al., 2016, arXiv:1511.05644.

A code has factors side by side, such as a category, of which the encoder says a softmax, and a
style. Each has a discriminator of its own, which tells codes from draws of its prior, so that the
category comes out as one class and all classes are as common. With a few labels the encoder learns
which they are (section 5); without any it finds clusters of its own (section 6).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, final

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gan_lab import faults
from gan_lab.data.base import Batch
from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.structured import place_of_classes
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.decoding import DecodesLatents
from gan_lab.training.loss_of_factors import LossOfFactors
from gan_lab.training.player import Recipe
from gan_lab.training.resting import resting
from gan_lab.training.sampling import SamplesFromLatents


@final
class CategoricalAdversarialAutoencoder(DecodesLatents, SamplesFromLatents, Algorithm):
    """An encoder, a decoder, and a discriminator of each factor of codes.

    The encoder has three optimizers, as in the paper: with the decoder as `autoencoder`, and alone
    as `generator` and, where there are labels, as `classifier`.

    Args:
        encoder: maps images to a number for each of a latent's; of a category they are logits.
        decoder: maps latents to what it says of each pixel.
        discriminator: maps latents, of the prior (real) or codes (fake), to logits of each factor.
        likelihood: how wrong a reconstruction is.
        loss: the adversarial one, the same for each factor.
        inputs: the prior of the latents, with a category among its factors.
        labelled: the classes of images with labels to learn; None: there are none.
        binary: whether pixels are black or white, and sampled ones too.
        recipe: how each player is trained.

    Raises:
        ConfigError: no factor is a category, or it has another number of classes than labels.
    """

    players: ClassVar = {
        "autoencoder": ["encoder", "decoder"],
        "discriminator": ["discriminator"],
        "generator": ["encoder"],
        "classifier": ["encoder"],
    }
    parts: ClassVar = {
        "encoder": "encoder",
        "decoder": "decoder",
        "discriminator": "factor_discriminators",
    }

    def __init__(
        self,
        *,
        encoder: nn.Module,
        decoder: nn.Module,
        discriminator: nn.Module,
        likelihood: Likelihood,
        loss: AdversarialLoss,
        inputs: InputSource,
        labelled: Labels | None,
        binary: bool,
        recipe: Recipe,
    ) -> None:
        networks = {"encoder": encoder, "decoder": decoder, "discriminator": discriminator}
        streams = {"data": 1} if labelled is None else {"data": 1, "labelled": 1}
        super().__init__(networks, recipe, streams)
        self.likelihood, self.inputs, self.binary = likelihood, inputs, binary
        self.classes = place_of_classes(self.prior, labelled)
        self.loss = LossOfFactors(loss, list(self.prior.parts))
        self.watched = ("loss/reconstruction", *self.loss.watched)
        self.reference = self.loss.reference

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Reconstruct; tell codes from latents; make codes that cannot be told; learn labels."""
        images = batches["data"][0].images
        self.reconstruction_phase(images)
        self.update("autoencoder")
        self.discriminator_phase(images, draws["latents"])
        self.update("discriminator")
        faults.moment("between_players")
        self.generator_phase(images, draws["latents"])
        self.update("generator")
        for labelled in batches.get("labelled", []):
            self.classification_phase(labelled)
            self.update("classifier")

    def codes(self, images: Tensor) -> Tensor:
        """Return codes `(N, Z)`: of a category the probabilities of its classes."""
        return self.prior.codes(full_precision(self.encoder(images)))

    def discriminator_phase(self, images: Tensor, latents: Tensor) -> None:
        """Compute the gradient of each D: latents of its prior are real, codes are not."""
        with self.phase("discriminator", through=["encoder"]):
            of_real = self.discriminator(latents)
            of_fake = self.discriminator(self.codes(images).detach())
            self.descend("discriminator", self.loss.discriminator(of_real, of_fake))
        with torch.no_grad():
            self.meters.add(self.loss.answers(of_real, of_fake))

    def generator_phase(self, images: Tensor, latents: Tensor) -> None:
        """Compute the gradient of the encoder through every D."""
        with self.phase("generator", through=["discriminator"]):
            beside = self.discriminator(latents) if self.loss.loss.compares_pairs else None
            judged = self.discriminator(self.codes(images))
            self.descend("generator", self.loss.generator(judged, beside))

    def classification_phase(self, labelled: Batch) -> None:
        """Compute the gradient of the encoder on images whose class is known."""
        with self.phase("classifier"):
            logits = full_precision(self.encoder(labelled.images))[:, self.classes]
            self.descend("classifier", {"classifier": cross_entropy(logits, labelled.condition)})

    def draws(self) -> dict[str, Any]:
        """Return latents of the prior, as many as there are images."""
        address = (self.seed, "latents", self.iteration)
        drawn = self.inputs.draw(self.batch_size, self.device, *address)
        return self.share({"latents": drawn.latents})

    @torch.no_grad()
    def encode(self, images_NCHW: Tensor) -> Tensor:
        """Return the code of each image, float32 `(N, Z)`."""
        with resting(self.evaluated("encoder")) as (encoder,):
            return self.prior.codes(encoder(images_NCHW.to(self.device)).float())

    @torch.no_grad()
    def classify(self, images_NCHW: Tensor) -> Tensor:
        """Return a logit per class `(N, K)`, float32, of images in the value range."""
        with resting(self.evaluated("encoder")) as (encoder,):
            return encoder(images_NCHW.to(self.device))[:, self.classes].float()
