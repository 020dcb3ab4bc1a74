"""The autoencoder: a code of few numbers from which the image can be decoded.

Hinton, Salakhutdinov, 2006, Science 313. It says nothing of how codes are distributed, so what it
decodes from the prior need not look like anything; see vae.py and adversarial_autoencoder.py.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, final

from torch import Tensor, nn

from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.decoding import DecodesLatents
from gan_lab.training.player import Recipe
from gan_lab.training.sampling import SamplesFromLatents


@final
class Autoencoder(DecodesLatents, SamplesFromLatents, Algorithm):
    """An encoder and a decoder that one optimizer trains together.

    Args:
        encoder: maps images to latents `(N, Z)`.
        decoder: maps latents to what it says of each pixel.
        likelihood: how wrong that is: `gaussian` for squared differences, `laplace` for absolute
            ones, `bernoulli` for cross-entropy.
        inputs: the prior of the latents, from which samples are decoded.
        binary: whether pixels are black or white, and sampled ones too.
        recipe: how both networks are trained.
    """

    players: ClassVar = {"autoencoder": ["encoder", "decoder"]}
    parts: ClassVar = {"encoder": "encoder", "decoder": "decoder"}
    learns_in_pieces: ClassVar = True
    watched: ClassVar = ("loss/reconstruction",)

    def __init__(
        self,
        *,
        encoder: nn.Module,
        decoder: nn.Module,
        likelihood: Likelihood,
        inputs: InputSource,
        recipe: Recipe,
        binary: bool = False,
    ) -> None:
        super().__init__({"encoder": encoder, "decoder": decoder}, recipe, streams={"data": 1})
        self.likelihood, self.inputs, self.binary = likelihood, inputs, binary

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Make the images of a minibatch likelier under what is decoded from their codes."""
        self.piecewise(self.reconstruction_phase, batches["data"][0].images)
        self.update("autoencoder")

    def draws(self) -> dict[str, Tensor]:
        """Return nothing: codes are not random."""
        return {}
