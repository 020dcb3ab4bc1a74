"""Networks that say of each number of an image how it is distributed, given those before it.

What is of all of them: a masked convolution of the image, layers that add to what it found, and two
more that read off what is said. Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759.

Shape legend: N = images, C, H, W = image, F = features, P = numbers said of each number. Maps of
features are `(H, W, N, F)`; see masked_convolution.py.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from gan_lab.networks.masked_convolution import MaskedConvolution, Window

NEAR = 3  # rows and columns that the first convolution sees: 7x7 places, of which half are before


class Steps(Protocol):
    """A layer that goes from place to place, in raster order, and remembers what it needs.

    A place may be asked for repeatedly, while its colours become known one after the other.
    """

    def begin_row(self, row: int) -> None:
        """Take note that the row above is done."""

    def at(self, row: int, column: int, features_NF: Tensor) -> Tensor:
        """Return what the layer makes of a place `(N, F)`."""


class PixelLayer(nn.Module, ABC):
    """A layer that maps features `(H, W, N, F)` to others, of each place and those before it."""

    @abstractmethod
    def steps(self, height: int, width: int, images: int) -> Steps:
        """Return the same layer, one place after the other."""


class PixelByPixel(nn.Module):
    """What is said of each number of an image; `PixelRNN` and `PixelCNN` differ in their layers.

    Args:
        image_shape: `(C, H, W)`, any.
        features: F, between layers.
        layers: of F features, whose results are added to what they are given.
        head: features of the last but one layer.
        outputs: P.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        features: int,
        layers: Sequence[PixelLayer],
        head: int,
        outputs: int,
    ) -> None:
        super().__init__()
        colours = image_shape[0]
        self.image_shape = image_shape
        self.colours, self.outputs = colours, outputs
        self.first = MaskedConvolution(
            colours, features, colours, up=NEAR, sideways=NEAR, own=False
        )
        self.layers = nn.ModuleList(layers)
        self.head = nn.Sequential(
            nn.ReLU(),
            MaskedConvolution(features, head, colours),
            nn.ReLU(),
            MaskedConvolution(head, colours * outputs, colours),
        )

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return what is said of each number, `(N, C, H, W)`; if P > 1, `(N, C, H, W, P)`."""
        features = self.first(images_NCHW.permute(2, 3, 0, 1))
        for layer in self.layers:
            features = features + layer(features)
        said_HWNCP = self.head(features).unflatten(3, (self.colours, self.outputs))
        said_NCHWP = said_HWNCP.permute(2, 3, 0, 1, 4)
        return said_NCHWP if self.outputs > 1 else said_NCHWP.squeeze(4)

    @property
    def order(self) -> Tensor:
        """The numbers of an image `(C, H, W)`, counted through, as they are drawn."""
        return (
            torch.arange(math.prod(self.image_shape)).view(self.image_shape).movedim(0, 2).flatten()
        )

    def sample(
        self,
        chances_NCHW: Tensor,
        draw: Callable[[Tensor, Tensor], Tensor],
        known_NCHW: Tensor | None = None,
    ) -> Tensor:
        """Return images `(N, C, H, W)`, one number after the other; no place is computed twice.

        Args:
            chances_NCHW: from 0 to 1, of each number.
            draw: makes numbers `(N,)` of what is said of them, `(N,)` or `(N, P)`, and of their
                chances.
            known_NCHW: images whose numbers are kept, but for those that are NaN; None: all are
                drawn. What is drawn depends on the known ones that come before it alone.
        """
        images, _, height, width = chances_NCHW.shape
        made = torch.zeros_like(chances_NCHW)
        window = Window(self.first, height, width, images)
        layers = [layer.steps(height, width, images) for layer in self.layers]
        for row in range(height):
            for layer in layers:
                layer.begin_row(row)
            for column in range(width):
                for colour in range(self.colours):
                    features = window.at(row, column)
                    for layer in layers:
                        features = features + layer.at(row, column, features)
                    said = self.head(features).unflatten(1, (self.colours, self.outputs))[:, colour]
                    drawn = draw(
                        said if self.outputs > 1 else said[:, 0],
                        chances_NCHW[:, colour, row, column],
                    ).to(made)
                    if known_NCHW is not None:
                        known = known_NCHW[:, colour, row, column].to(made)
                        drawn = torch.where(known.isnan(), drawn, known)
                    made[:, colour, row, column] = drawn
                    window.put(row, column, made[:, :, row, column])
        return made
