"""The small networks that PacGAN and Self-conditioned GAN train on mixtures in the plane.

Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086; layers and start as in the authors' code
(fjxmlzn/PacGAN, synthetic_data_experiments/). Liu et al., 2020, arXiv:2006.10728, use the same
layers with torch's own start (stevliu/self-conditioned-gan, 2d_mix/).

Both networks compute in float32 whatever trainer.precision says: bfloat16 tells points near 1 apart
by 0.008 at best, and the modes of these mixtures are no wider than 0.01 to 0.05.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.networks.blocks import Maxout, Pieces, Spread, Units


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
        self.layers = nn.Sequential(*layers)
        initialise(self, weight_std)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, in float32 under autocast too."""
        with torch.autocast(latents_NZ.device.type, enabled=False):
            return self.layers(latents_NZ)


@final
class MixtureDiscriminator(nn.Module):
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
        layers: list[nn.Module] = [nn.Flatten()]
        inputs = math.prod(image_shape)
        for units in hidden:
            layers.append(Maxout(inputs, units, pieces))
            inputs = units
        layers += [nn.Linear(inputs, 1), nn.Flatten(0)]
        self.layers = nn.Sequential(*layers)
        initialise(self, weight_std)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return logits `(N,)`, in float32 under autocast too."""
        with torch.autocast(images_NCHW.device.type, enabled=False):
            return self.layers(images_NCHW)


def initialise(network: nn.Module, weight_std: float | None) -> None:
    """Draw each weight from N(0, weight_std) and set biases to 0; None leaves torch's start."""
    if weight_std is None:
        return
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0.0, weight_std)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
