"""Images that are made of key patches, and what a model that does so can be asked for.

Shape legend: N = images, K = patches of each, C, H, W = image, h, w = patch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self, final

import torch
from torch import Tensor, nn

from gan_lab.data.base import Batch
from gan_lab.data.key_patches import Size, covered, cut, key_places
from gan_lab.latents.inputs import InputSource
from gan_lab.networks.puzzle import SMALLEST_PATCH, Assembled, check_patches
from gan_lab.training.resting import resting
from gan_lab.training.translating import Originals


class Puzzle(NamedTuple):
    """Images, and their key patches.

    Attributes:
        images: `(N, C, H, W)` in the value range.
        patches: `(N, K, C, h, w)`.
        masks: `(N, 1, H, W)`, 1 where one of them is from, else 0.
    """

    images: Tensor
    patches: Tensor
    masks: Tensor

    @property
    def pasted(self) -> Tensor:
        """The patches alone, where they are from, on their mean colour: `(N, C, H, W)`."""
        ground = self.patches.mean(dim=(1, 3, 4))[:, :, None, None]
        return torch.where(self.masks > 0, self.images, ground)


@final
@dataclass(frozen=True)
class Cutting:
    """How key patches are cut out of images.

    Attributes:
        count: K.
        size: h, w.
        shape: `(C, H, W)`.
    """

    count: int
    size: Size
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, count: int, size: int | None, shape: tuple[int, int, int]) -> Self:
        """Return one for patches of some size; None: a third of height and width.

        Raises:
            ConfigError: there are no such patches in an image.
        """
        third = tuple(max(SMALLEST_PATCH, side // 3) for side in shape[1:])
        sides = third if size is None else (size, size)
        check_patches(sides, shape[1:])
        return cls(count, sides, shape)

    def __call__(self, images_NCHW: Tensor) -> Puzzle:
        """Return images with their key patches."""
        places = key_places(images_NCHW, self.count, self.size)
        masks = covered(places, self.size, self.shape[1:]).to(images_NCHW.dtype)
        return Puzzle(images_NCHW, cut(images_NCHW, places, self.size), masks)


class AssemblesPatches:
    """What an algorithm with a network `generator` of patches can be asked for.

    To be named before `Algorithm` among the bases of a class. Images are assembled of the patches
    of `originals`, again and again where more are asked for than there are, with other latents.
    As the view `pasted`, these patches alone are shown where they are from, on their mean colour:
    who only pastes is a rival to be measured beside, although it is told the places.
    """

    takes_condition: ClassVar = False
    views: ClassVar = ("", "pasted")

    generator: nn.Module
    inputs: InputSource
    cutting: Cutting
    originals: Mapping[str, Originals] = {}

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take the images whose patches are assembled, of each source of the data."""
        self.originals = found

    @torch.no_grad()
    def assemble(self, patches_NKChw: Tensor, latents_NZ: Tensor) -> Assembled:
        """Return images and masks, float32, by the evaluated weights; training is not disturbed."""
        with resting(self.evaluated("generator")) as (network,):
            made = network(patches_NKChw.to(self.device), latents_NZ.to(self.device))
        return Assembled(*(each.float() for each in made))

    def reassemble(self, images_NCHW: Tensor, *address: int | str) -> tuple[Puzzle, Assembled]:
        """Return images cut into key patches, and what is made of these.

        Args:
            images_NCHW: in the value range.
            address: of the latents.
        """
        puzzle = self.cutting(images_NCHW.to(self.device))
        latents = self.inputs.draw(len(images_NCHW), self.device, *address).latents
        return puzzle, self.assemble(puzzle.patches, latents)

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to images; see `Algorithm.images_at`."""
        (originals,) = self.originals.values()
        chosen = originals.choose(n, *address, "originals")
        latents = self.inputs.draw(n, self.device, *address).latents

        def images_at(positions: Tensor) -> Batch:
            images = originals.at(chosen[positions % len(chosen)], self.device)
            puzzle = self.cutting(images)
            if view == "pasted":
                return Batch(puzzle.pasted)
            return Batch(self.assemble(puzzle.patches, latents[positions.to(self.device)]).images)

        return images_at
