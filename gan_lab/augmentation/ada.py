"""Adaptive discriminator augmentation: many operations, with a probability that is controlled."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import matmul
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor

from gan_lab.augmentation import geometry
from gan_lab.augmentation.augmentation import Augmentation, Control, Draws, Probability, Share
from gan_lab.augmentation.colour import Colours, recolour
from gan_lab.augmentation.cutout import cut_out
from gan_lab.augmentation.resampling import resample
from gan_lab.errors import ConfigError
from gan_lab.ranges import Range

GEOMETRY = (
    "flip", "rotation_90", "shift", "scale", "rotation", "anisotropic_scale", "fractional_shift"
)  # fmt: skip
COLOURS = ("brightness", "contrast", "luma_flip", "hue", "saturation")

# Names of the columns of what is drawn. Rotations come before and after the anisotropic scale.
CHANCES = (*GEOMETRY, "rotation_after", *COLOURS, "cutout")
UNIFORM = (
    "flip", "rotation_90", "shift_x", "shift_y", "rotation", "rotation_after", "luma_flip", "hue",
    "cutout_x", "cutout_y",
)  # fmt: skip
NORMAL = (
    "scale", "anisotropic_scale", "fractional_shift_x", "fractional_shift_y", "brightness",
    "contrast", "saturation",
)  # fmt: skip

SHIFT = 1 / 8  # of the image: the largest whole shift, and the deviation of the fractional one
SCALE = 0.2  # deviation of the binary logarithm
BRIGHTNESS = 0.2  # deviation, in halves of the value range
CONTRAST = 0.5  # deviation of the binary logarithm
SATURATION = 1.0  # the same
CUTOUT = 1 / 2  # of the height and of the width


@final
@dataclass(frozen=True, kw_only=True)
class AdaptiveAugmentation(Augmentation):
    """The augmentation of Karras et al., 2020, arXiv:2006.06676, appendix B.

    Operations follow each other as the attributes do, each with a probability of its own share of
    p. Those of geometry become one map, by which an image is resampled once, bilinearly; the
    paper's wavelet filter around that is left out. Flip, rotation by 90 degrees and luma flip
    include doing nothing among their outcomes, as likely as each other one.

    Attributes:
        p: the probability, a number or a course; None: controlled by how much D overfits.
        target: of a controlled p, see `Control`.
        ramp_images: the same.
        most: the same.
        flip: left to right.
        rotation_90: by a multiple of 90 degrees.
        shift: by whole pixels, up to an eighth of the image.
        scale: by 2^(0.2 n), n normal.
        rotation: by any angle, before or after the anisotropic scale.
        anisotropic_scale: 2^(0.2 n) times as wide, and less high by the same factor.
        fractional_shift: by n/8 of the image.
        brightness: 0.2 n halves of the value range are added.
        contrast: multiplied by 2^(0.5 n).
        luma_flip: light becomes dark.
        hue: turned by any angle.
        saturation: multiplied by 2^n.
        cutout: of half the height and width.

    Raises:
        ConfigError: there are colours for images that have other channels, or a controlled p is of
            nothing.
    """

    strength_name: ClassVar = "p"

    p: Probability | None
    target: Annotated[float, Range(-1, 1, open_low=True, open_high=True)]
    ramp_images: Annotated[int, Range(1, 10**12)]
    most: Annotated[float, Range(0, 1, open_low=True)]
    flip: Share
    rotation_90: Share
    shift: Share
    scale: Share
    rotation: Share
    anisotropic_scale: Share
    fractional_shift: Share
    brightness: Share
    contrast: Share
    luma_flip: Share
    hue: Share
    saturation: Share
    cutout: Share

    def __post_init__(self) -> None:
        channels, used = self.image_shape[0], self._used(COLOURS)
        if channels not in (1, 3) and used:
            raise ConfigError(
                f"augment.{used[0]}={getattr(self, used[0])} is for images of 1 or 3 channels, and "
                f"these have {channels}: set it to 0."
            )
        if self.p is None and not self._used((*GEOMETRY, *COLOURS, "cutout")):
            raise ConfigError(
                "augment.p=null is controlled, and nothing follows it: the shares of all "
                "operations are 0. Raise one, such as augment.flip=1, or use augment=none."
            )

    @property
    def control(self) -> Control | None:
        """Return how p is controlled, if it is."""
        if self.p is not None:
            return None
        return Control(self.target, self.ramp_images, self.most)

    def draw(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return whether each operation is done, and how far it goes where it is."""
        device = generator.device
        return {
            "chances": torch.rand(n, len(CHANCES), device=device, generator=generator),
            "uniform": torch.rand(n, len(UNIFORM), device=device, generator=generator),
            "normal": torch.randn(n, len(NORMAL), device=device, generator=generator),
        }

    def __call__(self, images_NCHW: Tensor, strength: Tensor, random: Draws) -> Tensor:
        """Return the images, each through the operations that fall to it."""
        applied = self._applied(strength, random["chances"])
        far = {
            name: column
            for names, kind in ((UNIFORM, "uniform"), (NORMAL, "normal"))
            for name, column in zip(names, random[kind].unbind(1), strict=True)
        }
        images = images_NCHW
        if self._used(GEOMETRY):
            images = resample(images, self._maps(applied, far))
        if self._used(COLOURS):
            images = self._recoloured(images, applied, far)
        if self.cutout:
            centres_N2 = torch.stack([far["cutout_x"], far["cutout_y"]], dim=1)
            images = cut_out(images, applied["cutout"], centres_N2, CUTOUT, self.gray)
        return images

    def _used(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name)]

    def _applied(self, p: Tensor, chances: Tensor) -> dict[str, Tensor]:
        """Return by their names which images each operation is done to."""
        applied = {}
        for name, chance in zip(CHANCES, chances.unbind(1), strict=True):
            share = getattr(self, name.removesuffix("_after")) * p
            if name.startswith("rotation") and name != "rotation_90":
                share = 1 - (1 - share).sqrt()  # of each of two, so that one comes with the whole
            applied[name] = chance < share
        return applied

    def _maps(self, applied: Mapping[str, Tensor], far: Mapping[str, Tensor]) -> Tensor:
        """Return where D's pixels lie in each image, `(N, 3, 3)`."""

        def where(name: str, value: Tensor, otherwise: float = 0.0) -> Tensor:
            return torch.where(applied[name], value, otherwise)

        height, width = self.image_shape[1:]
        scale = where("scale", 2 ** (SCALE * far["scale"]), 1.0)
        wider = where("anisotropic_scale", 2 ** (SCALE * far["anisotropic_scale"]), 1.0)
        x, y = (
            where("shift", ((2 * far[f"shift_{axis}"] - 1) * SHIFT * size).round())
            for axis, size in (("x", width), ("y", height))
        )
        fraction_x, fraction_y = (
            where("fractional_shift", far[f"fractional_shift_{axis}"] * SHIFT * size)
            for axis, size in (("x", width), ("y", height))
        )
        angle, angle_after = (
            where(name, (2 * far[name] - 1) * math.pi) for name in ("rotation", "rotation_after")
        )
        maps = [
            geometry.flips(where("flip", (2 * far["flip"]).floor())),
            geometry.quarter_turns(where("rotation_90", (4 * far["rotation_90"]).floor())),
            geometry.shifts(x, y),
            geometry.scalings(scale, scale),
            geometry.rotations(angle),
            geometry.scalings(wider, 1 / wider),
            geometry.rotations(angle_after),
            geometry.shifts(fraction_x, fraction_y),
        ]
        return reduce(matmul, maps)

    def _recoloured(
        self, images_NCHW: Tensor, applied: Mapping[str, Tensor], far: Mapping[str, Tensor]
    ) -> Tensor:
        colours = Colours(
            brightness=torch.where(applied["brightness"], BRIGHTNESS * far["brightness"], 0.0),
            contrast=torch.where(applied["contrast"], 2 ** (CONTRAST * far["contrast"]), 1.0),
            luma_sign=torch.where(applied["luma_flip"] & (far["luma_flip"] < 0.5), -1.0, 1.0),
            hue=torch.where(applied["hue"], (2 * far["hue"] - 1) * math.pi, 0.0),
            saturation=torch.where(applied["saturation"], 2 ** (SATURATION * far["saturation"]), 1),
        )
        return recolour(images_NCHW, colours, self.gray, self.half_range)
