"""The distributions of images that a network can say: what it says of each pixel, and how likely.

Unlike a GAN, whose density nobody can ask for, such a model says how likely an image is.

Shape legend: N = images, C, H, W = image, P = numbers that a network says of each pixel.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gan_lab.errors import ConfigError
from gan_lab.losses.adversarial import full_precision
from gan_lab.ranges import Range

Spread = Annotated[float, Range(1e-6, 1000)]


@dataclass(frozen=True, kw_only=True)
class Likelihood(ABC):
    """A distribution of pixels, each by itself, given what a network says.

    Pixels count from 0 (black) to 1 (white) here, whatever the networks see, so that numbers of
    runs with different `value_range` can be compared.

    Attributes:
        outputs: P. What networks say is `(N, C, H, W)`; if P > 1, `(N, C, H, W, P)`.
        value_range: what networks see for black and for white.
    """

    outputs: ClassVar[int] = 1
    binary: ClassVar[bool] = False  # of black and white pixels alone

    value_range: tuple[float, float]

    def require(self, binary: bool) -> None:
        """Refuse gray pixels where this would be no likelihood of them.

        Raises:
            ConfigError: says what to choose.
        """
        if self.binary and not binary:
            raise ConfigError(
                "likelihood=bernoulli is of black and white pixels, and data.binarise=none has "
                "gray ones: add data.binarise=dynamic, or choose likelihood=gaussian."
            )

    @abstractmethod
    def of_pixels(self, said_NCHW: Tensor, pixels_NCHW: Tensor) -> Tensor:
        """Return the log-likelihood of each pixel, of the same shape, in nats."""

    @abstractmethod
    def mean(self, said_NCHW: Tensor) -> Tensor:
        """Return the mean of each pixel, from 0 to 1 as far as the distribution keeps to it."""

    @abstractmethod
    def pixels(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return pixels, drawn by the inverse of their distribution function.

        Args:
            said: by a network, of any shape; if P > 1, `(..., P)`.
            chances: uniform in [0, 1), of the shape of the pixels.
        """

    def log_prob(self, said_NCHW: Tensor, images_NCHW: Tensor) -> Tensor:
        """Return `log p(x)` of each image `(N,)`, in nats, float32 or more.

        Args:
            said_NCHW: by a network, of each pixel.
            images_NCHW: in the value range.
        """
        low, high = self.value_range
        pixels = (images_NCHW - low) / (high - low)
        with torch.autocast(said_NCHW.device.type, enabled=False):
            return self.of_pixels(full_precision(said_NCHW), pixels).flatten(1).sum(dim=1)

    def images(self, said_NCHW: Tensor) -> Tensor:
        """Return the mean images, float32 or more, in the value range."""
        low, high = self.value_range
        return low + (high - low) * self.mean(full_precision(said_NCHW))

    def draw(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return numbers in the value range; see `pixels`."""
        low, high = self.value_range
        return low + (high - low) * self.pixels(full_precision(said), chances)


@final
@dataclass(frozen=True, kw_only=True)
class Bernoulli(Likelihood):
    """White with a probability whose logit the network says; of binary images.

    Of gray ones, where a pixel counts as white to the share that it is bright, this is a
    cross-entropy and no likelihood.
    """

    binary: ClassVar = True

    def of_pixels(self, said_NCHW: Tensor, pixels_NCHW: Tensor) -> Tensor:
        """Return `x log p + (1 - x) log(1 - p)`, stable for logits of any size."""
        return pixels_NCHW * said_NCHW - softplus(said_NCHW)

    def mean(self, said_NCHW: Tensor) -> Tensor:
        """Return the probability of white."""
        return torch.sigmoid(said_NCHW)

    def pixels(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return 1 with that probability, else 0."""
        return (chances < torch.sigmoid(said)).to(said.dtype)


@final
@dataclass(frozen=True, kw_only=True)
class Gaussian(Likelihood):
    """A density around the mean that the network says.

    Attributes:
        std: standard deviation of each pixel, where black is 0 and white 1.
    """

    std: Spread

    def of_pixels(self, said_NCHW: Tensor, pixels_NCHW: Tensor) -> Tensor:
        """Return the logarithm of the normal density."""
        deviations = (pixels_NCHW - said_NCHW) / self.std
        return -deviations.square() / 2 - math.log(self.std * math.sqrt(math.tau))

    def mean(self, said_NCHW: Tensor) -> Tensor:
        """Return what the network says."""
        return said_NCHW

    def pixels(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return numbers around the mean."""
        return said + self.std * torch.special.ndtri(chances.clamp(1e-6, 1 - 1e-6))


@final
@dataclass(frozen=True, kw_only=True)
class Laplace(Likelihood):
    """A density with a sharp peak at what the network says, the median: L1 instead of L2.

    Attributes:
        scale: mean distance from the median, where black is 0 and white 1.
    """

    scale: Spread

    def of_pixels(self, said_NCHW: Tensor, pixels_NCHW: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        return -(pixels_NCHW - said_NCHW).abs() / self.scale - math.log(2 * self.scale)

    def mean(self, said_NCHW: Tensor) -> Tensor:
        """Return what the network says."""
        return said_NCHW

    def pixels(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return numbers around the median."""
        sides = chances.clamp(1e-6, 1 - 1e-6) - 0.5
        return said - self.scale * sides.sign() * (1 - 2 * sides.abs()).log()
