"""Small smooth networks for numbers on the line.

With tanh units G has a derivative everywhere, so p_g has a density without jumps, which a smooth D
can follow.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import final

from torch import Tensor, nn

from gan_lab.networks.blocks import Spread, Units
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.fully_connected import Float32Layers, initialise, linear_layers


@final
class DensityGenerator(nn.Module):
    """Latents through tanh layers to numbers without bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: not used, since a Gaussian has no bounds; every generator is given it.
        hidden: units of each hidden layer.
        orthogonal: gain of orthogonal initial weights, biases at 0; None leaves torch's own start.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
        orthogonal: Spread | None = None,
    ) -> None:
        super().__init__()
        outputs = math.prod(image_shape)
        self.layers = Float32Layers(
            *tanh_layers(latent_dim, hidden, outputs), nn.Unflatten(1, image_shape)
        )
        if orthogonal is not None:
            initialise(self, partial(nn.init.orthogonal_, gain=orthogonal))

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, in float32 under autocast too."""
        return self.layers(latents_NZ)


@final
class DensityDiscriminator(LayeredDiscriminator):
    """The flattened image through tanh layers to a logit.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each hidden layer.
        orthogonal: gain of orthogonal initial weights, biases at 0; None leaves torch's own start.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[Units],
        orthogonal: Spread | None = None,
    ) -> None:
        super().__init__()
        inputs = math.prod(image_shape)
        self.layers = Float32Layers(nn.Flatten(), *tanh_layers(inputs, hidden, 1), nn.Flatten(0))
        if orthogonal is not None:
            initialise(self, partial(nn.init.orthogonal_, gain=orthogonal))


def tanh_layers(inputs: int, hidden: Sequence[int], outputs: int) -> list[nn.Module]:
    """Return linear layers, each with tanh, and a last one without."""
    layers = linear_layers(inputs, hidden, [nn.Tanh] * len(hidden))
    return [*layers, nn.Linear([inputs, *hidden][-1], outputs)]
