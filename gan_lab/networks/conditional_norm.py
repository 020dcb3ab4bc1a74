"""Normalisation with gains and biases of each class, for generators that are told of labels.

Dumoulin, Shlens, Kudlur, 2017, arXiv:1610.07629; de Vries et al., 2017, arXiv:1707.00683.

Shape legend: N = images, K = classes, C, H, W = features.
"""

from typing import ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab.networks.labels import one_hot


@final
class ConditionalNorm(nn.Module):
    """Normalise features; scale and shift each channel by what the class says.

    Args:
        normalise: the layer that normalises, without gains and biases of its own.
        channels: C.
        n_classes: K.
    """

    takes_labels: ClassVar = True

    def __init__(self, normalise: nn.Module, channels: int, n_classes: int) -> None:
        super().__init__()
        self.normalise = normalise
        self.n_classes = n_classes
        self.gains_KC = nn.Parameter(torch.ones(n_classes, channels))
        self.biases_KC = nn.Parameter(torch.zeros(n_classes, channels))

    def forward(self, features_NCHW: Tensor, labels: Tensor) -> Tensor:
        """Return `(N, C, H, W)`."""
        shares_NK = one_hot(labels, self.n_classes)
        normalised = self.normalise(features_NCHW)
        gains_NC, biases_NC = (
            (shares_NK @ table).to(normalised.dtype) for table in (self.gains_KC, self.biases_KC)
        )
        return normalised * gains_NC[:, :, None, None] + biases_NC[:, :, None, None]


@final
class LabelledLayers(nn.Sequential):
    """Layers one after the other, of which some are told of labels: those that `takes_labels`."""

    def forward(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return what the last layer makes."""
        for layer in self:
            told = (labels,) if getattr(layer, "takes_labels", False) else ()
            features = layer(features, *told)
        return features
