"""A bound on the weights of each unit, kept after every update."""

import torch
from torch import nn


@torch.no_grad()
def limit_column_norms(network: nn.Module, largest: float) -> None:
    """Shorten the weight vectors that are longer than `largest`; biases are free.

    Hinton et al., 2012, arXiv:1207.0580. A vector holds the weights of all inputs of one unit, a
    column in their notation; of a convolution, those of one kernel.

    Args:
        network: changed in place.
        largest: Euclidean length.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            layer.weight.copy_(torch.renorm(layer.weight, p=2, dim=0, maxnorm=largest))
