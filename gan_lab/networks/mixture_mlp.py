"""The small networks that PacGAN and Self-conditioned GAN train on mixtures in the plane.

Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086; layers and start as in the authors' code
(fjxmlzn/PacGAN, synthetic_data_experiments/). Liu et al., 2020, arXiv:2006.10728, use the same
layers with torch's own start (stevliu/self-conditioned-gan, 2d_mix/).

Both networks compute in float32, since the modes of these mixtures are no wider than 0.01 to 0.05.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from typing import final

from torch import Tensor, nn

from gan_lab.networks.blocks import Pieces, Spread, Units
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.fully_connected import Float32Layers, initialise, maxout_layers, normal


@final
class MixtureGenerator(nn.Module):
    """Latents through normalised ReLU layers to numbers without bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: not used, since a Gaussian has no bounds; every generator is given it.
        hidden: units of each hidden layer.
        weight_std: weights start normal with this standard deviation, biases at 0; None leaves
            torch's own start.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
        weight_std: Spread | None,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = latent_dim
        for units in hidden:
            layers += [
                nn.Linear(inputs, units, bias=False),
                # The numbers of the authors' library (Blocks), not torch's.
                nn.BatchNorm1d(units, eps=1e-4, momentum=0.05),
                nn.ReLU(),
            ]
            inputs = units
        layers += [nn.Linear(inputs, math.prod(image_shape)), nn.Unflatten(1, image_shape)]
        self.layers = Float32Layers(*layers)
        if weight_std is not None:
            initialise(self, normal(weight_std))

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, in float32 under autocast too."""
        return self.layers(latents_NZ)


@final
class MixtureDiscriminator(LayeredDiscriminator):
    """The flattened image through maxout layers to a logit; no normalisation, no dropout.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each maxout layer.
        pieces: linear pieces per maxout unit.
        weight_std: see `MixtureGenerator`.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[Units],
        pieces: Pieces,
        weight_std: Spread | None,
    ) -> None:
        super().__init__()
        inputs = math.prod(image_shape)
        self.layers = Float32Layers(nn.Flatten(), *maxout_layers(inputs, hidden, pieces))
        if weight_std is not None:
            initialise(self, normal(weight_std))
