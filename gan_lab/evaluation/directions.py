"""What a model translates for those who measure translations.

Shape legend: N = images, P = pairs, C, H, W = image.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from gan_lab.evaluation.extractor import Extractor

TOGETHER = 50  # images that are translated at once

Translate = Callable[[Tensor, str], Tensor]


@final
@dataclass(frozen=True)
class Direction:
    """What one view translates.

    Attributes:
        source: the set that is translated.
        images: of it, `(N, C, H, W)` as networks see them, in the value range.
        back: the views that bring translations back, and the places of which, int64; none do.
        pairs: which images show the same as which of `targets`, int64 `(P, 2)`; none are known.
        targets: real images of the set that is translated to.
        known_targets: those that were trained on; None where there are no pairs.
        contents: what the images show, as a classifier sees it, int64 `(N,)`; None: none does.
        read: returns the same of translations; None likewise.
    """

    source: str
    images: Tensor
    back: Mapping[str, Tensor]
    pairs: Tensor
    targets: Tensor
    known_targets: Tensor | None
    contents: Tensor | None = None
    read: Callable[[Tensor], Tensor] | None = None


@final
@dataclass(frozen=True)
class Directions:
    """All of a model's directions.

    Attributes:
        split: of the data, that the images are.
        by_view: each direction.
        extent: of the value range, between its smallest and its largest number.
        to_pixels: makes of images what is stored of them, and so of rolls what sounds.
        to_network: the other way.
        classifier: tells pixels of one set from those of another; None where nobody asks.
    """

    split: str
    by_view: Mapping[str, Direction]
    extent: float
    to_pixels: Callable[[Tensor], Tensor]
    to_network: Callable[[Tensor], Tensor]
    classifier: Extractor | None = None

    @property
    def paired(self) -> Mapping[str, Direction]:
        """The directions with pairs."""
        return {view: each for view, each in self.by_view.items() if len(each.pairs)}

    @property
    def with_a_way_back(self) -> Mapping[str, Direction]:
        """The directions whose translations can be translated back."""
        return {view: each for view, each in self.by_view.items() if each.back}

    @property
    def legible(self) -> Mapping[str, Direction]:
        """The directions where a classifier tells what images show."""
        return {view: each for view, each in self.by_view.items() if each.read is not None}

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of the data, and how many images it has."""
        return {self.split: sum(len(each.images) for each in self.by_view.values())}

    def heard(self, translate: Translate, view: str) -> Tensor:
        """Return what sounds in translations of rolls, as it would be stored."""
        return self.to_pixels(translated(translate, self.by_view[view].images, view))

    def heard_there_and_back(self, translate: Translate, view: str) -> tuple[Tensor, Tensor]:
        """Return what sounds in translations of rolls, and in translations back of just that."""
        there = self.heard(translate, view)
        back = translated_back(translate, self.to_network(there), self.by_view[view])
        return there, self.to_pixels(back)


def translated_back(
    translate: Translate, translations_NCHW: Tensor, direction: Direction
) -> Tensor:
    """Return what becomes of all translations of a direction's images on the way back."""
    back_NCHW = torch.empty_like(translations_NCHW)
    for view, places in direction.back.items():
        back_NCHW[places] = translated(translate, translations_NCHW[places], view)
    return back_NCHW


def translated(translate: Translate, images_NCHW: Tensor, view: str) -> Tensor:
    """Return all images translated, on the CPU."""
    return torch.cat([translate(part, view).cpu() for part in images_NCHW.split(TOGETHER)])
