"""Small smooth networks for numbers on the line.

With tanh units G has a derivative everywhere, so p_g has a density without jumps, which a smooth D
can follow. Both networks compute in float32 whatever trainer.precision says: bfloat16 tells numbers
near 1 apart by 0.008 at best.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.networks.blocks import Units


@final
class DensityGenerator(nn.Module):
    """Latents through tanh layers to numbers without bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: not used, since a Gaussian has no bounds; every generator is given it.
        hidden: units of each hidden layer.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
    ) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *tanh_layers([latent_dim, *hidden], math.prod(image_shape)),
            nn.Unflatten(1, image_shape),
        )

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, in float32 under autocast too."""
        with torch.autocast(latents_NZ.device.type, enabled=False):
            return self.layers(latents_NZ)


@final
class DensityDiscriminator(nn.Module):
    """The flattened image through tanh layers to a logit.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each hidden layer.
    """

    def __init__(self, image_shape: tuple[int, int, int], hidden: Sequence[Units]) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), *tanh_layers([math.prod(image_shape), *hidden], 1), nn.Flatten(0)
        )

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return logits `(N,)`, in float32 under autocast too."""
        with torch.autocast(images_NCHW.device.type, enabled=False):
            return self.layers(images_NCHW)


def tanh_layers(sizes: Sequence[int], outputs: int) -> list[nn.Module]:
    """Return linear layers between `sizes`, each with tanh, and a last one without."""
    layers: list[nn.Module] = []
    for inputs, units in pairwise(sizes):
        layers += [nn.Linear(inputs, units), nn.Tanh()]
    return [*layers, nn.Linear(sizes[-1], outputs)]
