"""Maximum likelihood of images, one number after the other: `log p(x) = sum_i log p(x_i | x_<i)`.

The chain rule, which leaves nothing out: the likelihood is exact, and a sample takes as many steps
as an image has numbers. Larochelle, Murray, 2011, AISTATS (NADE, `model=nade`).

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.player import Recipe
from gan_lab.training.resting import resting


@final
class Autoregressive(Algorithm):
    """A network that says of each number how it is distributed, given those before it.

    Args:
        network: maps images `(N, C, H, W)` to what it says of each number, which depends on those
            before it alone; its method `sample` makes images from what is drawn.
        likelihood: of a number, given that.
        image_shape: `(C, H, W)`.
        binary: whether pixels are black or white.
        recipe: how the network is trained.

    Raises:
        ConfigError: the likelihood is of other images.
    """

    players: ClassVar = {"model": ["network"]}
    parts: ClassVar = {"network": "network"}
    watched: ClassVar = ("loss/nll",)
    density: ClassVar = "exact"

    def __init__(
        self,
        *,
        network: nn.Module,
        likelihood: Likelihood,
        image_shape: tuple[int, int, int],
        binary: bool,
        recipe: Recipe,
    ) -> None:
        super().__init__({"network": network}, recipe, streams={"data": 1})
        likelihood.require(binary)
        self.likelihood, self.image_shape = likelihood, image_shape

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Make the images of a minibatch likelier."""
        images = batches["data"][0].images
        with self.phase("model"):
            nll = -self.likelihood.log_prob(self.network(images), images).mean()
            self.descend("model", {"nll": nll})
        self.update("model")

    def draws(self) -> dict[str, Tensor]:
        """Return nothing: nothing is drawn in training."""
        return {}

    @torch.no_grad()
    def log_prob(self, images_NCHW: Tensor, samples: int, *address: int | str) -> Tensor:
        """Return `log p(x)` of each image `(N,)`, in nats; exact, so nothing is drawn."""
        images = images_NCHW.to(self.device)
        with resting(self.evaluated("network")) as (network,):
            return self.likelihood.log_prob(network(images), images)

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to images; see `Algorithm.images_at`."""

        @torch.no_grad()
        def images_at(positions: Tensor) -> Batch:
            chances = seeding.uniform_at(positions, self.image_shape, *address, "pixels")
            with resting(self.evaluated("network")) as (network,):
                return Batch(network.sample(chances.to(self.device), self.likelihood.draw).float())

        return images_at
