"""Maximum likelihood of images, one number after the other: `log p(x) = sum_i log p(x_i | x_<i)`.

The chain rule, which leaves nothing out: the likelihood is exact, and a sample takes as many steps
as an image has numbers. Larochelle, Murray, 2011, AISTATS (NADE, `model=nade`);
van den Oord et al., 2016, arXiv:1601.06759 (`model=pixelrnn` and `pixelcnn`).

Shape legend: N = images, C, H, W = image.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.player import Recipe
from gan_lab.training.resting import resting

SCORED_AT_ONCE = 50  # images; 256 logits of each number of a colour image are 3 MB

Counting = Callable[[int, str], AbstractContextManager[Callable[[], object]]]


def uncounted(total: int, unit: str) -> AbstractContextManager[Callable[[], object]]:
    """Tell nobody how many numbers are drawn; `gan_lab.data.progress.late_bar` would."""
    return nullcontext(lambda: None)


@final
class Autoregressive(Algorithm):
    """A network that says of each number how it is distributed, given those before it.

    Args:
        network: maps images `(N, C, H, W)` to what it says of each number, which depends on those
            before it in its `order` alone; its method `sample` makes images from what is drawn.
        likelihood: of a number, given that.
        image_shape: `(C, H, W)`.
        binary: whether pixels are black or white.
        recipe: how the network is trained.

    Attributes:
        counting: who is told of each number that is drawn, such as a bar.

    Raises:
        ConfigError: the likelihood is of other images.
    """

    players: ClassVar = {"model": ["network"]}
    parts: ClassVar = {"network": "network"}
    learns_in_pieces: ClassVar = True
    takes_condition: ClassVar = False
    watched: ClassVar = ("loss/nll",)
    density: ClassVar = "exact"

    def __init__(
        self,
        *,
        network: nn.Module,
        likelihood: Likelihood,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        binary: bool = False,
    ) -> None:
        super().__init__({"network": network}, recipe, streams={"data": 1})
        likelihood.require(binary)
        self.likelihood, self.image_shape = likelihood, image_shape
        self.counting: Counting = uncounted

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Make the images of a minibatch likelier."""
        self.piecewise(self.likelihood_phase, batches["data"][0].images)
        self.update("model")

    def likelihood_phase(self, images: Tensor) -> None:
        """Compute the gradient of the mean log-likelihood."""
        with self.phase("model"):
            nll = -self.likelihood.log_prob(self.network(images), images).mean()
            self.descend("model", {"nll": nll})

    def draws(self) -> dict[str, Tensor]:
        """Return nothing: nothing is drawn in training."""
        return {}

    @torch.no_grad()
    def log_prob(self, images_NCHW: Tensor, samples: int, *address: int | str) -> Tensor:
        """Return `log p(x)` of each image `(N,)`, in nats; exact, so nothing is drawn."""
        with resting(self.evaluated("network")) as (network,):
            parts = [
                self.likelihood.log_prob(network(images), images)
                for images in images_NCHW.to(self.device).split(SCORED_AT_ONCE)
            ]
        return torch.cat(parts)

    def comes_first(self, share: float) -> Tensor:
        """Return which numbers of an image come first, bool `(C, H, W)`: so many, rounded."""
        order = self.evaluated("network").order.cpu()
        first = torch.zeros(len(order), dtype=torch.bool)
        first[order[: round(share * len(order))]] = True
        return first.view(self.image_shape)

    @torch.no_grad()
    def complete(self, images_NCHW: Tensor, kept_CHW: Tensor, *address: int | str) -> Tensor:
        """Return images whose other numbers are drawn anew; training is not disturbed.

        Args:
            images_NCHW: in the value range.
            kept_CHW: bool, of numbers that come first.
            address: of the random numbers.
        """
        chances = seeding.uniform_at(
            torch.arange(len(images_NCHW)), self.image_shape, *address, "pixels"
        )
        known = images_NCHW.masked_fill(~kept_CHW.to(images_NCHW.device), math.nan)
        return self._drawn(chances, known)

    def _drawn(self, chances_NCHW: Tensor, known_NCHW: Tensor | None = None) -> Tensor:
        numbers, chances_NCHW = math.prod(self.image_shape), chances_NCHW.to(self.device)
        with (
            resting(self.evaluated("network")) as (network,),
            self.counting(numbers, "number") as count,
        ):

            def draw(said: Tensor, chances_N: Tensor) -> Tensor:
                count()
                return self.likelihood.draw(said, chances_N)

            return network.sample(chances_NCHW, draw, known_NCHW).float()

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to images; see `Algorithm.images_at`."""

        @torch.no_grad()
        def images_at(positions: Tensor) -> Batch:
            chances = seeding.uniform_at(positions, self.image_shape, *address, "pixels")
            return Batch(self._drawn(chances))

        return images_at
