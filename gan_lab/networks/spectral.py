"""Spectral normalisation: weights divided by the largest factor by which they stretch a vector.

Miyato, Kataoka, Koyama, Yoshida, 2018, arXiv:1802.05957. The largest singular value is estimated by
one step of the power iteration in each forward pass of a network in training.
"""

from typing import final

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import _SpectralNorm
from torch.nn.utils.parametrize import register_parametrization


@final
class SpectralNorm(_SpectralNorm):
    """torch's own, in the precision of the weights under autocast, too.

    In bfloat16 the vectors would have three digits, and so would the norm.
    """

    def forward(self, weight: Tensor) -> Tensor:
        """Return `(C_out, ...)`, divided by the spectral norm of its matrix of C_out rows."""
        with torch.autocast(weight.device.type, enabled=False):
            return super().forward(weight)


def normalise_spectrally(network: nn.Module) -> None:
    """Let every convolution and linear layer of a network use normalised weights.

    Its weights as they are now become the `original` ones, which an optimizer trains.

    Args:
        network: changed in place.
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            register_parametrization(layer, "weight", SpectralNorm(layer.weight))


def is_normalised_spectrally(network: nn.Module) -> bool:
    """Return whether a layer of the network uses normalised weights."""
    return any(isinstance(module, _SpectralNorm) for module in network.modules())
