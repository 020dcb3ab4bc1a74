"""Images that nothing was trained on, for a model to be asked about.

Shape legend: N = images, K = classes that the model tells apart.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from gan_lab.data.base import Images

TOGETHER = 500  # images that are looked at


@final
@dataclass(frozen=True)
class HeldOut:
    """The images of one part of the data.

    Attributes:
        split: of the data, that they are.
        images: as stored.
        to_network: returns pixels as networks see them.
    """

    split: str
    images: Images
    to_network: Callable[[Tensor], Tensor]

    @classmethod
    def labelled(
        cls, split: str, images: Images, to_network: Callable[[Tensor], Tensor]
    ) -> "HeldOut":
        """Return those of `images` that have a label."""
        return cls(split, images.at((images.labels >= 0).nonzero().flatten()), to_network)

    def batches(self) -> Iterator[Tensor]:
        """Yield all images as networks see them, some at a time."""
        for pixels in self.images.pixels.split(TOGETHER):
            yield self.to_network(pixels)

    def logits(self, classify: Callable[[Tensor], Tensor]) -> Tensor:
        """Return what a model says of all images `(N, K)`, on the CPU."""
        return torch.cat([classify(images).cpu() for images in self.batches()])

    @property
    def labels(self) -> Tensor:
        """Of the images, int64 `(N,)`."""
        return self.images.labels.long()

    @property
    def n_classes(self) -> int:
        """Of the data."""
        return len(self.images.class_names)

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of the data, and how many images it has."""
        return {self.split: len(self.images)}
