"""Differentiable augmentation: random colours, shifts and cutout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, final

import torch
from torch import Tensor

from gan_lab.augmentation.augmentation import Augmentation, Draws, Probability
from gan_lab.augmentation.cutout import cut_out
from gan_lab.augmentation.resampling import take
from gan_lab.ranges import Length

LARGEST_SHIFT = 1 / 8  # of the height and of the width
CUTOUT = 1 / 2  # of the height and of the width


@final
@dataclass(frozen=True, kw_only=True)
class DiffAugment(Augmentation):
    """The augmentation of Zhao et al., 2020, arXiv:2006.10738, with the ranges of its code.

    Brightness gets up to a quarter of the value range added, saturation is multiplied by 0 to 2 and
    contrast by 1/2 to 3/2; shifts are of whole pixels, up to an eighth of the image, with gray in
    their wake; cutout is a gray rectangle of half its height and width.

    Attributes:
        p: share of the images that are changed; all of them in the paper.
        policy: what is done to these.
    """

    strength_name: ClassVar = "p"

    p: Probability
    policy: Annotated[Sequence[Literal["colour", "translation", "cutout"]], Length(1)]

    def draw(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return numbers from 0 to 1: whether, three of colours, two of shifts, two of cutouts."""
        return {"uniform": torch.rand(n, 8, device=generator.device, generator=generator)}

    def __call__(self, images_NCHW: Tensor, strength: Tensor, random: Draws) -> Tensor:
        """Return the images, of which a share is changed."""
        chance, brightness, saturation, contrast, *places = random["uniform"].unbind(1)
        applied_N = chance < strength
        changed = images_NCHW
        if "colour" in self.policy:
            changed = self._recoloured(changed, brightness, saturation, contrast)
        if "translation" in self.policy:
            changed = self._moved(changed, *places[:2])
        if "cutout" in self.policy:
            centres_N2 = torch.stack(places[2:], dim=1)
            changed = cut_out(changed, applied_N, centres_N2, CUTOUT, self.gray)
        return torch.where(applied_N[:, None, None, None], changed, images_NCHW)

    def _recoloured(
        self, images_NCHW: Tensor, brightness_N: Tensor, saturation_N: Tensor, contrast_N: Tensor
    ) -> Tensor:
        brightness, saturation, contrast = (
            number[:, None, None, None] for number in (brightness_N, saturation_N, contrast_N)
        )
        images = images_NCHW + self.half_range * (brightness - 0.5)
        gray_ones = images.mean(dim=1, keepdim=True)
        images = gray_ones + 2 * saturation * (images - gray_ones)
        means = images.mean(dim=(1, 2, 3), keepdim=True)
        return means + (contrast + 0.5) * (images - means)

    def _moved(self, images_NCHW: Tensor, right_N: Tensor, down_N: Tensor) -> Tensor:
        height, width = images_NCHW.shape[-2:]
        column, row = (
            torch.arange(size, device=images_NCHW.device) - _whole_shifts(share_N, size)[:, None]
            for share_N, size in ((right_N, width), (down_N, height))
        )
        inside = ((row >= 0) & (row < height))[:, :, None] & ((column >= 0) & (column < width))[
            :, None
        ]
        places = row.clamp(0, height - 1)[:, :, None] * width + column.clamp(0, width - 1)[:, None]
        return torch.where(inside[:, None], take(images_NCHW, places), self.gray)


def _whole_shifts(uniform_N: Tensor, size: int) -> Tensor:
    """Return whole numbers of pixels, each as likely, from uniform numbers below 1."""
    most = int(size * LARGEST_SHIFT + 0.5)  # halves upwards, as in the authors' code
    return (uniform_N * (2 * most + 1)).long() - most
