"""What a model with an encoder and a decoder can be asked for.

Shape legend: N = images, Z = latent dimension.
"""

from collections.abc import Callable
from typing import ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.resting import resting


@final
class MeanImages(nn.Module):
    """The mean of what a decoder says of images.

    Args:
        decoder: maps latents to what it says of each pixel.
        likelihood: what that means.
    """

    def __init__(self, decoder: nn.Module, likelihood: Likelihood) -> None:
        super().__init__()
        self.decoder = decoder
        self.likelihood = likelihood

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, float32 or more, in the value range."""
        return self.likelihood.images(self.decoder(latents_NZ))


class DecodesLatents:
    """What an algorithm with networks `encoder` and `decoder` can be asked for.

    To be named before `SamplesFromLatents` and `Algorithm` among the bases of a class.

    Attributes:
        binary: whether sampled pixels are drawn, black or white; else images are their means.
    """

    takes_condition: ClassVar = False

    likelihood: Likelihood
    binary: bool

    @property
    def evaluated_generator(self) -> nn.Module:
        """The decoder whose weights are evaluated, with images for what it says."""
        return MeanImages(self.evaluated("decoder"), self.likelihood)

    def codes(self, images: Tensor) -> Tensor:
        """Return the codes `(N, Z)` by which images are learned."""
        return self.encoder(images)

    def reconstruction_phase(self, images: Tensor) -> None:
        """Compute the gradient of encoder and decoder on images that go through their codes."""
        with self.phase("autoencoder"):
            said = self.decoder(self.codes(images))
            lost = -self.likelihood.log_prob(said, images).mean()
            self.descend("autoencoder", {"reconstruction": lost})

    @torch.no_grad()
    def encode(self, images_NCHW: Tensor) -> Tensor:
        """Return the code of each image, its mean where it is random: float32 `(N, Z)`."""
        with resting(self.evaluated("encoder")) as (encoder,):
            return encoder(images_NCHW.to(self.device))[:, : self.prior.dim].float()

    def reconstruct(self, images_NCHW: Tensor) -> Tensor:
        """Return what is decoded from the codes of images, float32 in the value range."""
        return self.generate(self.encode(images_NCHW))

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to images; see `Algorithm.images_at`."""
        means_at = super().images_at(n, *address)
        if not self.binary:
            return means_at
        low, high = self.likelihood.value_range

        def images_at(positions: Tensor) -> Batch:
            means = means_at(positions).images
            shares = (means - low) / (high - low)
            chances = seeding.uniform_at(positions, means.shape[1:], *address, "pixels")
            return Batch(torch.where(chances.to(shares.device) < shares, high, low))

        return images_at
