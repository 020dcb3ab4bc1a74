"""The networks for digits of Ganin et al., 2016, arXiv:1505.07818, figure 4 (a).

Features that two heads look at: one says the class, the other the domain.

Shape legend: N = images, F = features, K = classes.
"""

from typing import Annotated, Literal, final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.ranges import Range

CHANNELS = (32, 48)
HIDDEN = 100
SMALLEST = 16  # pixels, of which one is left

Norm = Literal["none", "batch"]
Dropout = Annotated[float, Range(0, 1, open_high=True)]


@final
class DigitFeatures(nn.Module):
    """Images to features `(N, F)`: twice a convolution of 5x5 and the largest of 2x2.

    Args:
        image_shape: `(C, H, W)`.
        norm: after each convolution; the paper has none.
        dropout: the share of the last feature maps that are left out in training.

    Raises:
        ConfigError: the images are too small.
    """

    def __init__(
        self, image_shape: tuple[int, int, int], norm: Norm = "none", dropout: Dropout = 0.0
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = image_shape[0]
        n_features(image_shape)
        for channels in CHANNELS:
            layers += [nn.Conv2d(before, channels, 5), *normalised(nn.BatchNorm2d, channels, norm)]
            layers += [nn.MaxPool2d(2), nn.ReLU()]  # in this order the same, and cheaper
            before = channels
        layers += [nn.Dropout2d(dropout)] if dropout else []
        self.layers = nn.Sequential(*layers, nn.Flatten())

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return the features."""
        return self.layers(images_NCHW)


@final
class LabelHead(nn.Module):
    """Features to a logit per class `(N, K)`: two hidden layers.

    Args:
        image_shape: of the images, which says how many features there are.
        n_class_logits: K.
        norm: before each ReLU; the paper has none.
        dropout: the share of the first hidden units that are left out in training.

    Raises:
        ConfigError: there is no class.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        n_class_logits: int,
        norm: Norm = "none",
        dropout: Dropout = 0.0,
    ) -> None:
        super().__init__()
        if not n_class_logits:
            raise ConfigError(
                "model=dann learns classes of labelled images, and data= shows none: choose "
                "data=domain_adaptation."
            )
        self.layers = nn.Sequential(
            nn.Linear(n_features(image_shape), HIDDEN),
            *normalised(nn.BatchNorm1d, HIDDEN, norm),
            nn.ReLU(),
            *([nn.Dropout(dropout)] if dropout else []),
            nn.Linear(HIDDEN, HIDDEN),
            *normalised(nn.BatchNorm1d, HIDDEN, norm),
            nn.ReLU(),
            nn.Linear(HIDDEN, n_class_logits),
        )

    def forward(self, features_NF: Tensor) -> Tensor:
        """Return the logits."""
        return self.layers(features_NF)


@final
class DomainHead(nn.Module):
    """Features to the logit of the target `(N,)`: a hidden layer.

    Args:
        image_shape: of the images, which says how many features there are.
        norm: before the ReLU; the paper has none.
    """

    def __init__(self, image_shape: tuple[int, int, int], norm: Norm = "none") -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_features(image_shape), HIDDEN),
            *normalised(nn.BatchNorm1d, HIDDEN, norm),
            nn.ReLU(),
            nn.Linear(HIDDEN, 1),
        )

    def forward(self, features_NF: Tensor) -> Tensor:
        """Return the logits."""
        return self.layers(features_NF).squeeze(1)


def normalised(layer: type[nn.Module], channels: int, norm: Norm) -> list[nn.Module]:
    """Return the layer that normalises so many channels, if there is to be one."""
    return [layer(channels)] if norm == "batch" else []


def n_features(image_shape: tuple[int, int, int]) -> int:
    """Return F.

    Raises:
        ConfigError: nothing would be left of such images.
    """
    sides = image_shape[1:]
    if min(sides) < SMALLEST:
        height, width = sides
        raise ConfigError(
            f"model=dann needs images of at least {SMALLEST}x{SMALLEST} pixels, and these have "
            f"{height}x{width}: choose data.source.size= and data.target.size= of {SMALLEST} or "
            f"more."
        )
    for _ in CHANNELS:
        sides = tuple((side - 4) // 2 for side in sides)
    return CHANNELS[-1] * sides[0] * sides[1]
