"""What a model translates for those who measure translations.

Shape legend: N = images, P = pairs, C, H, W = image.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

TOGETHER = 50  # images that are translated at once

Translate = Callable[[Tensor, str], Tensor]


@final
@dataclass(frozen=True)
class Direction:
    """What one view translates.

    Attributes:
        images: `(N, C, H, W)` as networks see them, in the value range.
        back: the view of the other direction; None: there is none.
        pairs: which images show the same as which of `targets`, int64 `(P, 2)`; none are known.
        targets: real images of the set that is translated to.
        known_targets: those that were trained on; None where there are no pairs.
    """

    images: Tensor
    back: str | None
    pairs: Tensor
    targets: Tensor
    known_targets: Tensor | None


@final
@dataclass(frozen=True)
class Directions:
    """All of a model's directions.

    Attributes:
        split: of the data, that the images are.
        by_view: each direction.
        extent: of the value range, between its smallest and its largest number.
    """

    split: str
    by_view: Mapping[str, Direction]
    extent: float

    @property
    def paired(self) -> Mapping[str, Direction]:
        """The directions with pairs."""
        return {view: each for view, each in self.by_view.items() if len(each.pairs)}

    @property
    def with_a_way_back(self) -> Mapping[str, Direction]:
        """The directions whose translations can be translated back."""
        return {view: each for view, each in self.by_view.items() if each.back is not None}

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of the data, and how many images it has."""
        return {self.split: sum(len(each.images) for each in self.by_view.values())}


def translated(translate: Translate, images_NCHW: Tensor, view: str) -> Tensor:
    """Return all images translated, on the CPU."""
    return torch.cat([translate(part, view).cpu() for part in images_NCHW.split(TOGETHER)])
