"""Convolutions that see what comes before a number of an image, and nothing that comes after.

Numbers come row by row, in a row from left to right, and of a pixel in the order of its colours.
Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759, section 3.4.

Shape legend: H, W = map, N = images, F = features of a place, C = colours, K = places that one
place sees. Maps are `(H, W, N, F)`, so that places are slices of memory.
"""

from typing import final

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, pad


@final
class MaskedConvolution(nn.Module):
    """See all features of the places before, and at the place itself those of the colours before.

    Places that no kernel may see are left out, not multiplied by 0: K is half of the kernel.
    Features belong to the colours: the first share of them to the first colour, and so on.

    Args:
        inputs: their features.
        outputs: their features.
        colours: C.
        up: rows above that are seen.
        sideways: columns on either side that are seen; on the right only in the rows above.
        own: whether a colour sees itself (mask B, of features) or not (mask A, of the image).
        blocks: parts of the outputs of which each is shared among the colours anew.
    """

    mask: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        colours: int,
        *,
        up: int = 0,
        sideways: int = 0,
        own: bool = True,
        blocks: int = 1,
    ) -> None:
        super().__init__()
        self.up, self.sideways = up, sideways
        # In raster order; the last one is the place itself.
        places = up * (2 * sideways + 1) + sideways + 1
        self.weight = nn.Parameter(torch.empty(outputs, places, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))
        for weights in (self.weight, self.bias):
            nn.init.uniform_(weights, -((places * inputs) ** -0.5), (places * inputs) ** -0.5)
        ours = colour_of(outputs // blocks, colours).repeat(blocks)[:, None]
        theirs = colour_of(inputs, colours)
        mask = torch.ones(outputs, places, inputs)
        mask[:, -1] = theirs <= ours if own else theirs < ours
        self.register_buffer("mask", mask, persistent=False)

    @property
    def masked(self) -> Tensor:
        """The weights `(outputs, K * inputs)`, 0 where nothing may be seen."""
        return (self.weight * self.mask).flatten(1)

    def forward(self, features_HWNF: Tensor) -> Tensor:
        """Return outputs `(H, W, N, outputs)`; where K = 1, of features `(..., inputs)`."""
        up, sideways = self.up, self.sideways
        if up == sideways == 0:
            return linear(features_HWNF, self.masked, self.bias)
        height, width = features_HWNF.shape[:2]
        around = pad(features_HWNF, (0, 0, 0, 0, sideways, sideways, up, 0))
        seen = [
            around[row : row + height, column : column + width]
            for row in range(up + 1)
            for column in range(2 * sideways + 1 if row < up else sideways + 1)
        ]
        return linear(torch.cat(seen, dim=-1), self.masked, self.bias)


def colour_of(features: int, colours: int) -> Tensor:
    """Return the colour, from 0, that each feature belongs to; shares may differ by one."""
    return torch.arange(features) * colours // features


@final
class Window:
    """What a masked convolution remembers while it goes from place to place.

    Args:
        convolution: whose outputs are wanted, one place after the other.
        height: of the map.
        width: of the map.
        images: N.
    """

    def __init__(
        self, convolution: MaskedConvolution, height: int, width: int, images: int
    ) -> None:
        self.up, self.sideways = convolution.up, convolution.sideways
        self.weight, self.bias = convolution.masked.T, convolution.bias
        inputs = convolution.weight.shape[2]
        shape = (height + self.up, width + 2 * self.sideways, images, inputs)
        self.seen = self.weight.new_zeros(shape)

    def put(self, row: int, column: int, features_NF: Tensor) -> None:
        """Remember what is at a place."""
        self.seen[row + self.up, column + self.sideways] = features_NF

    def at(self, row: int, column: int) -> Tensor:
        """Return the convolution's outputs at a place `(N, outputs)`."""
        above = self.seen[row : row + self.up, column : column + 2 * self.sideways + 1]
        left = self.seen[row + self.up, column : column + self.sideways + 1]
        seen_KNF = torch.cat([above.flatten(0, 1), left])
        return torch.addmm(self.bias, seen_KNF.movedim(0, 1).flatten(1), self.weight)
