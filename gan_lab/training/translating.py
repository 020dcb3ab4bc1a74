"""Images that are made of other images, in one or more directions.

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data.base import Batch, Images
from gan_lab.training.resting import resting


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

    def part(self, places: Tensor) -> "Originals":
        """Return some of them."""
        return replace(self, images=self.images.at(places))

    def at(self, positions: Tensor, device: torch.device) -> Tensor:
        """Return images at these positions as networks see them."""
        return self.to_network(self.images.pixels[positions].to(device))


class TranslatesImages:
    """What an algorithm whose networks are named after `directions` can be asked for.

    To be named before `Algorithm` among the bases of a class.

    Attributes:
        directions: the sets from and to which each view translates.
        takes_any: whether every view takes images of any set.
        originals: images of each set to translate; none until they are given.
    """

    directions: Mapping[str, tuple[str, str]]
    takes_any: bool = False
    originals: Mapping[str, Originals] = {}

    @property
    def sets(self) -> Sequence[str]:
        """The names of the sets, whose numbers are the labels of translated images."""
        return sorted({source for source, _ in self.directions.values()})

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take the images to translate, of each source of the data."""
        self.originals = found

    def ways_back(self, view: str, images: Images) -> Mapping[str, Tensor]:
        """Return the views that bring translations of these images back, and the places of which.

        Args:
            view: that translates them.
            images: before.
        """
        source, target = self.directions[view]
        places = torch.arange(len(images))
        return {back: places for back, way in self.directions.items() if way == (target, source)}

    def translator(self, view: str) -> str:
        """Return the name of the network that translates in a view."""
        return view

    def translate(self, images_NCHW: Tensor, view: str) -> Tensor:
        """Return the images translated, float32 in the value range, by the evaluated weights."""
        return asked(self, view, images_NCHW.to(self.device))

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to translations; see `Algorithm.images_at`."""
        return translations_at(self, n, *address, view=view)


@torch.no_grad()
def asked(module: Any, name: str, images_NCHW: Tensor, *told: Tensor) -> Tensor:
    """Return what a model's network makes of images, float32, by the weights that are evaluated.

    Args:
        module: an `Algorithm`.
        name: of the network.
        images_NCHW: on its device.
        told: what else it takes, such as a domain each.
    """
    with resting(module.evaluated(name)) as (network,):
        return network(images_NCHW, *told).float()


def translations_at(
    module: Any, n: int, *address: int | str, view: str
) -> Callable[[Tensor], Batch]:
    """Return the function of `Algorithm.images_at` for a model that translates its `originals`."""
    view = view or next(iter(module.directions))
    source, target = module.directions[view]
    chosen = module.originals[source].choose(n, *address, "originals")
    label = module.sets.index(target)

    def images_at(positions: Tensor) -> Batch:
        images = module.originals[source].at(chosen[positions], module.device)
        translated = module.translate(images, view)
        return Batch(translated, torch.full((len(translated),), label, device=module.device))

    return images_at
