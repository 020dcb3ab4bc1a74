"""The residual blocks of SNGAN: two 3x3 convolutions beside a shortcut.

Miyato, Kataoka, Koyama, Yoshida, 2018, arXiv:1802.05957, figure 8, and the authors' code
(pfnet-research/sngan_projection) for what the figure leaves open. A shortcut averages before its
1x1 convolution, or repeats behind it: both orders give the same, and these are less to compute.

Shape legend: N = batch, H, W = size of the input.
"""

from typing import ClassVar, final

from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan_lab.networks.conditional_norm import LabelledLayers
from gan_lab.networks.normalisation import Norm, normalisation
from gan_lab.networks.resampling_convolutions import PooledConv2d, UpsamplingConv2d


@final
class UpBlock(nn.Module):
    """Double height and width.

    Args:
        inputs: channels before.
        outputs: channels after, and between the convolutions.
        norm: before each convolution.
        n_classes: whose gains and biases behind `norm` are told apart; 0: there are no labels.
    """

    takes_labels: ClassVar = True

    def __init__(self, inputs: int, outputs: int, norm: Norm, n_classes: int = 0) -> None:
        super().__init__()
        self.branch = LabelledLayers(
            normalisation(norm, inputs, n_classes),
            nn.ReLU(),
            UpsamplingConv2d(inputs, outputs),
            normalisation(norm, outputs, n_classes),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1),
        )
        self.shortcut = nn.Conv2d(inputs, outputs, 1)

    def forward(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, outputs, 2 H, 2 W)`."""
        return self.branch(features, labels) + interpolate(self.shortcut(features), scale_factor=2)


@final
class DownBlock(nn.Module):
    """Halve height and width, or keep them.

    Args:
        inputs: channels before, and between the convolutions.
        outputs: channels after.
        norm: before each convolution, unless it is one of weights.
        halve: whether squares of 2x2 are averaged.
    """

    def __init__(self, inputs: int, outputs: int, norm: Norm, *, halve: bool) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            normalisation(norm, inputs),
            nn.ReLU(),
            nn.Conv2d(inputs, inputs, 3, padding=1),
            normalisation(norm, inputs),
            nn.ReLU(inplace=True),
            PooledConv2d(inputs, outputs) if halve else nn.Conv2d(inputs, outputs, 3, padding=1),
        )
        shortcut = [nn.AvgPool2d(2)] * halve
        if halve or inputs != outputs:
            shortcut.append(nn.Conv2d(inputs, outputs, 1))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, outputs, H, W)`, or to half of H and W."""
        return self.branch(features) + self.shortcut(features)


@final
class FirstDownBlock(nn.Module):
    """Halve an image; nothing is normalised or cut off before the first convolution.

    Args:
        channels: of the image.
        outputs: channels after, and between the convolutions.
    """

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, outputs, 3, padding=1),
            nn.ReLU(inplace=True),
            PooledConv2d(outputs, outputs),
        )
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(channels, outputs, 1))

    def forward(self, images: Tensor) -> Tensor:
        """Map `(N, channels, H, W)` to `(N, outputs, H / 2, W / 2)`."""
        return self.branch(images) + self.shortcut(images)


def initialise(network: nn.Module) -> None:
    """Draw the weights of a network of such blocks by Glorot and Bengio, 2010, uniformly.

    Those of the branches are sqrt(2) times as large, for the ReLU before them; biases are 0.
    """
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            gain = nn.init.calculate_gain("relu" if ".branch." in name else "linear")
            nn.init.xavier_uniform_(layer.weight, gain)
            nn.init.zeros_(layer.bias)
