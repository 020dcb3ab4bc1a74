"""Images that are made of other images, in one or more directions.

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data.base import Batch, Images


@final
@dataclass(frozen=True)
class Originals:
    """Images that a model translates where nobody names others.

    Attributes:
        images: as stored.
        to_network: makes of their pixels what networks see.
        split: of the data, that they are.
    """

    images: Images
    to_network: Callable[[Tensor], Tensor]
    split: str

    def choose(self, n: int, *address: int | str) -> Tensor:
        """Return `n` different positions, which depend on `address` alone; all if there are fewer.

        They are in order where all are chosen.
        """
        count = len(self.images)
        if n >= count:
            return torch.arange(count)
        order = torch.randperm(count, generator=seeding.generator("cpu", *address))
        return order[:n]

    def at(self, positions: Tensor, device: torch.device) -> Tensor:
        """Return images at these positions as networks see them."""
        return self.to_network(self.images.pixels[positions].to(device))


class TranslatesImages:
    """What an algorithm whose networks are named after `directions` can be asked for.

    To be named before `Algorithm` among the bases of a class.

    Attributes:
        directions: the sets from and to which each view translates.
        originals: images of each set to translate; none until they are given.
    """

    directions: Mapping[str, tuple[str, str]]
    originals: Mapping[str, Originals] = {}

    @property
    def sets(self) -> Sequence[str]:
        """The names of the sets, whose numbers are the labels of translated images."""
        return sorted({source for source, _ in self.directions.values()})

    @torch.no_grad()
    def translate(self, images_NCHW: Tensor, view: str) -> Tensor:
        """Return the images translated, float32 in the value range, by the evaluated weights."""
        network = self.evaluated(view)
        training = network.training
        network.eval()
        translated = network(images_NCHW.to(self.device)).float()
        network.train(training)
        return translated

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to translations; see `Algorithm.images_at`."""
        view = view or next(iter(self.directions))
        source, target = self.directions[view]
        chosen = self.originals[source].choose(n, *address, "originals")
        label = self.sets.index(target)

        def images_at(positions: Tensor) -> Batch:
            images = self.originals[source].at(chosen[positions], self.device)
            translated = self.translate(images, view)
            return Batch(translated, torch.full((len(translated),), label, device=self.device))

        return images_at
