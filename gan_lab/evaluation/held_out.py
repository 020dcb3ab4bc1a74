"""Labelled images that nothing was trained on, for a model to classify.

Shape legend: N = images, K = classes that the model tells apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from gan_lab.data.base import Images

TOGETHER = 500  # images that are looked at


@final
@dataclass(frozen=True)
class HeldOut:
    """The images of one part of the data that have a label.

    Attributes:
        split: of the data, that they are.
        pixels: as stored.
        labels: int64 `(N,)`.
        n_classes: of the data.
        to_network: returns images as networks see them.
    """

    split: str
    pixels: Tensor
    labels: Tensor
    n_classes: int
    to_network: Callable[[Tensor], Tensor]

    @classmethod
    def of(cls, split: str, images: Images, to_network: Callable[[Tensor], Tensor]) -> "HeldOut":
        """Return those of `images` that have a label."""
        known = images.labels >= 0
        pixels, labels = images.pixels[known], images.labels[known].long()
        return cls(split, pixels, labels, len(images.class_names), to_network)

    def logits(self, classify: Callable[[Tensor], Tensor]) -> Tensor:
        """Return what a model says of all images `(N, K)`, on the CPU."""
        parts = self.pixels.split(TOGETHER)
        return torch.cat([classify(self.to_network(part)).cpu() for part in parts])

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of the data, and how many images it has."""
        return {self.split: len(self.labels)}
