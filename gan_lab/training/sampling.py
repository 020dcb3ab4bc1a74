"""Images of a generator: in its training, and without disturbing it.

Shape legend: N = images, Z = latent dimension.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from gan_lab.data.base import Batch
from gan_lab.latents.inputs import Inputs, InputSource
from gan_lab.latents.priors import Prior
from gan_lab.training.resting import resting


def conditioned(
    network: nn.Module, values: Tensor, condition: Tensor | None, **options: Any
) -> Any:
    """Call a network, with a condition if there is one."""
    known = (values,) if condition is None else (values, condition)
    return network(*known, **options)


class SamplesFromLatents:
    """What an algorithm with a network `generator` and a source of its `inputs` can be asked for.

    To be named before `Algorithm` among the bases of a class.
    """

    inputs: InputSource
    generator: nn.Module
    asks_as_real: bool = True  # in training, for the labels of the real images beside

    @property
    def prior(self) -> Prior:
        """The distribution of latents."""
        return self.inputs.prior

    @property
    def evaluated_generator(self) -> nn.Module:
        """The generator's moving average if it has one, else the generator."""
        return self.evaluated("generator")

    def latents(self, n: int, *address: int | str) -> Tensor:
        """Return `n` latents `(n, Z)` that depend on `address` alone."""
        return self.inputs.draw(n, self.device, *address).latents

    def truncate(self, threshold: float) -> None:
        """Draw latents from now on from what is left of the prior within a threshold.

        Raises:
            ConfigError: the prior cannot be truncated.
        """
        self.inputs = replace(self.inputs, prior=self.prior.truncated(threshold))

    def fakes(self, inputs: Inputs, real: Batch | None) -> Batch:
        """Return what the generator makes of its inputs, for the labels of real images if so asked.

        In training: with its gradient, and as it is, not its average.
        """
        own = real is None or not self.asks_as_real
        labels = inputs.condition if own else real.condition
        images = conditioned(self.generator, *inputs.of(labels))
        return Batch(images, labels, inputs.latents)

    @torch.no_grad()
    def generate(self, latents_NZ: Tensor, condition: Tensor | None = None) -> Tensor:
        """Return images in the value range, float32 `(N, C, H, W)`, in evaluation mode."""
        with resting(self.evaluated_generator) as (network,):
            return conditioned(network, latents_NZ, condition).float()

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to images; see `Algorithm.images_at`."""
        inputs = self.inputs.draw(n, self.device, *address)

        def images_at(positions: Tensor) -> Batch:
            chosen = inputs.at(positions)
            return Batch(self.generate(*chosen), chosen.condition)

        return images_at
