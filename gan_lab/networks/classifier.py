"""A small convolutional classifier whose features serve to compare images.

Three blocks of two convolutions behind fixed filters that whiten 2x2 patches, after Jordan, 2024,
arXiv:2404.00498, which shows how far this goes in a few epochs.

Shape legend: N = batch, C, H, W = image, D = features, K = classes.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import final

import torch
from torch import Tensor, nn

# Channels of the three blocks; the last number is that of the features.
WIDTHS = {1: (32, 64, 128), 3: (64, 128, 208)}
SMALLEST_SIZE = 16


@final
class ClassifierNetwork(nn.Module):
    """Images from 0 to 1 through whitening and three blocks to features, and on to logits.

    Args:
        channels: C, 1 or 3.
        classes: K.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        patch = 4 * channels
        self.whitening = nn.Conv2d(channels, 2 * patch, 2)
        widths = (2 * patch, *WIDTHS[channels])
        self.blocks = nn.Sequential(*(block(*pair) for pair in pairwise(widths)))
        self.head = nn.Linear(widths[-1], classes)

    def features(self, images_NCHW: Tensor) -> Tensor:
        """Return `(N, D)`: the largest answer of each of the last filters."""
        return self.blocks(nn.functional.gelu(self.whitening(images_NCHW))).amax(dim=(2, 3))

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return logits `(N, K)`."""
        return self.head(self.features(images_NCHW))

    @torch.no_grad()
    def fit_whitening(self, images_NCHW: Tensor) -> None:
        """Make the first filters whiten the 2x2 patches of these images, and fix them.

        Each principal direction of the patches, scaled to unit variance, serves once with either
        sign, so that nothing is lost in the rectifier behind.
        """
        patches = images_NCHW.unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5)
        flat = patches.reshape(-1, self.whitening.in_channels * 4).double()
        mean = flat.mean(dim=0)
        variance, directions = torch.linalg.eigh(torch.cov(flat.T))
        # Nearly constant directions would otherwise become pure noise.
        filters = (directions / (variance + 1e-3).sqrt()).T
        both = torch.cat([filters, -filters])
        self.whitening.weight.copy_(both.reshape(self.whitening.weight.shape))
        self.whitening.bias.copy_(-both @ mean)
        self.whitening.weight.requires_grad_(False)


def block(inputs: int, outputs: int) -> nn.Sequential:
    """Return two 3x3 convolutions with batch normalisation, the first followed by 2x2 pooling."""
    layers: Sequence[nn.Module] = (
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.MaxPool2d(2),
        nn.BatchNorm2d(outputs),
        nn.GELU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.GELU(),
    )
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            # Begin as the identity as far as the channels go.
            nn.init.dirac_(layer.weight[: layer.in_channels])
    return nn.Sequential(*layers)
