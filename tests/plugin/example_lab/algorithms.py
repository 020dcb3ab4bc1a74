"""An autoencoder that keeps its codes near the latents: it samples by decoding latents."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, final

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.ranges import Range
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.player import Recipe


@final
class Autoencoder(Algorithm):
    """Two networks, which one optimizer trains together."""

    players: ClassVar = {"autoencoder": ["encoder", "decoder"]}
    parts: ClassVar = {"encoder": "encoder", "decoder": "decoder"}  # of model=
    watched: ClassVar = ["loss/reconstruction", "loss/codes"]

    def __init__(
        self,
        *,
        encoder: nn.Module,
        decoder: nn.Module,
        inputs: InputSource,
        recipe: Recipe,
        code_weight: Annotated[float, Range(0, 1000)],
    ) -> None:
        super().__init__({"encoder": encoder, "decoder": decoder}, recipe, streams={"data": 1})
        self.inputs, self.code_weight = inputs, code_weight

    def draws(self) -> dict[str, Any]:
        random = self.inputs.draw(
            self.batch_size, self.device, self.seed, "latents", self.iteration
        )
        return self.share({"latents": random.latents})

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        images = batches["data"][0].images
        with self.phase("autoencoder"):
            codes = self.encoder(images)
            noisy = codes + 0.1 * draws["latents"]
            losses = {
                "reconstruction": mse_loss(self.decoder(noisy), images),
                "codes": self.code_weight * codes.square().mean(),
            }
            self.descend("autoencoder", losses)
        self.update("autoencoder")

    @torch.no_grad()
    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        inputs = self.inputs.draw(n, self.device, *address)
        decoder = self.evaluated("decoder")

        @torch.no_grad()
        def images_at(positions: Tensor) -> Batch:
            return Batch(decoder(inputs.at(positions).latents).float())

        return images_at
