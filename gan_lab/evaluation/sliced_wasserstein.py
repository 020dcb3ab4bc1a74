"""Sliced Wasserstein distances of small patches, at each level of a Laplacian pyramid.

Karras, Aila, Laine, Lehtinen, 2018, arXiv:1710.10196, section 5: are real and generated images
alike in their large structures, and in the details that each finer level adds?

Shape legend: N = images, C, H, W = image, P = patches, D = numbers of a patch, S = slices.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, pad

from gan_lab import seeding
from gan_lab.errors import ConfigError
from gan_lab.evaluation.metric import Better, Limit, SampleMetric, random_part
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range

COARSEST = 16  # pixels of the shorter side that the coarsest level has at least
PATCH = 7  # pixels of its sides
SLICES = 512
FILTER = (1.0, 4.0, 6.0, 4.0, 1.0)  # of Burt and Adelson, 1983
SCALE = 1000  # the paper's tables are in thousandths
Patches = Annotated[int, Range(1, 1000)]


@final
class SlicedWasserstein(SampleMetric):
    """`swd/SIDE` of each level, named after its shorter side in pixels, and `swd`, their mean.

    Times 1,000, as in the paper. The level of 16 pixels shows large structures, the last one the
    finest details. As many real images are compared as generated ones. That of two sets of real
    images is not 0, but smaller the more there are.

    Args:
        extractor: see `SampleMetric`; nothing of it is used.
        primary: see `SampleMetric`.
        limit: compare at most so many images of each kind, chosen at random; the paper has 16,384.
        patches: of each image; the paper has 128.
    """

    of_pixels: ClassVar[bool] = True
    least = 2

    def __init__(
        self, extractor: str, primary: bool = True, limit: Limit = 4096, patches: Patches = 32
    ) -> None:
        super().__init__(extractor, primary)
        self.limit = limit
        self.patches = patches
        self.keep_features()

    @property
    def sensible_from(self) -> int:
        """Fewer images tell little of how often each kind of patch occurs."""
        return 100

    def fit(self, real: Samples) -> None:
        """Keep the real images.

        Raises:
            ConfigError: they are smaller than a patch.
        """
        self.need(len(real))
        if min(real.pixels.shape[2:]) < PATCH:
            raise ConfigError(
                f"evaluation/metrics=swd compares patches of {PATCH}x{PATCH} pixels, and these "
                f"data have {'x'.join(map(str, real.pixels.shape[2:]))}: leave it out."
            )
        self.register_buffer("real", random_part(real.pixels, self.limit, self.draw))

    def update(self, generated: Samples) -> None:
        """Keep the images."""
        self.features.append(generated.pixels)
        self.positions.append(generated.positions)

    def compute(self) -> dict[str, float]:
        """Return the distance at each level, and their mean."""
        generated = self.kept(len(self.real))
        n = len(generated)
        self.need(n)
        found = {}
        pyramids = zip(laplacian(self.real[:n]), laplacian(generated), strict=True)
        for real, fake in pyramids:
            side = min(real.shape[2:])
            sets = [self._descriptors(level, side) for level in (real, fake)]
            found[f"swd/{side}"] = SCALE * sliced_distance(*sets, self.draw).item()
        return {"swd": sum(found.values()) / len(found), **found}

    @property
    def better(self) -> Mapping[str, Better]:
        """Near is better."""
        if not hasattr(self, "real"):
            return {"swd": "lower"}
        sides = [min(size) for size in sizes_of(*self.real.shape[2:])]
        return dict.fromkeys(["swd", *(f"swd/{side}" for side in sides)], "lower")

    def _descriptors(self, level_NCHW: Tensor, side: int) -> Tensor:
        """Return patches `(P, D)`; each channel has mean 0 and variance 1 over all of them."""
        generator = seeding.generator("cpu", self.draw, "patches", side)
        patches = patches_of(level_NCHW, self.patches, generator)
        spread, mean = torch.std_mean(patches, dim=(0, 2, 3), correction=0, keepdim=True)
        return ((patches - mean) / spread.clamp(min=1e-8)).flatten(1)


def sizes_of(height: int, width: int) -> list[tuple[int, int]]:
    """Return the sizes of the levels, from the finest on: each halves the one before."""
    found = [(height, width)]
    while not any(side % 2 for side in found[-1]) and min(found[-1]) >= 2 * COARSEST:
        found.append(tuple(side // 2 for side in found[-1]))
    return found


def laplacian(pixels_NCHW: Tensor) -> list[Tensor]:
    """Return what each level adds to the coarser ones, float32, from the finest on.

    The last is the coarsest level itself; all of them, enlarged, add up to the images.
    """
    images, levels = pixels_NCHW.float(), []
    for _ in sizes_of(*images.shape[2:])[1:]:
        smaller = reduced(images)
        levels.append(images - expanded(smaller))
        images = smaller
    return [*levels, images]


def reduced(images_NCHW: Tensor) -> Tensor:
    """Return images of half the size, smoothed; beyond the border they are mirrored."""
    channels = images_NCHW.shape[1]
    padded = pad(images_NCHW, (2, 2, 2, 2), mode="reflect")
    return conv2d(padded, kernel(channels, images_NCHW), stride=2, groups=channels)


def expanded(images_NCHW: Tensor) -> Tensor:
    """Return images of twice the size, smooth; beyond the border they are repeated."""
    channels = images_NCHW.shape[1]
    padded = pad(images_NCHW, (1, 1, 1, 1), mode="replicate")
    weights = 4 * kernel(channels, images_NCHW)
    # Of the padded images: two further pixels on each side, and half a filter.
    return conv_transpose2d(padded, weights, stride=2, padding=4, output_padding=1, groups=channels)


def kernel(channels: int, images: Tensor) -> Tensor:
    """Return the filter of each channel, `(C, 1, 5, 5)`, whose sum is 1."""
    row = torch.tensor(FILTER, dtype=images.dtype, device=images.device)
    return (torch.outer(row, row) / row.sum() ** 2).expand(channels, 1, -1, -1)


def patches_of(images_NCHW: Tensor, each: int, generator: torch.Generator) -> Tensor:
    """Return `each` square patches of every image, `(N each, C, 7, 7)`, at random places."""
    n, device = len(images_NCHW), images_NCHW.device
    parts = images_NCHW.unfold(2, PATCH, 1).unfold(3, PATCH, 1)
    tops, lefts = (
        torch.randint(places, (n * each,), generator=generator).to(device)
        for places in parts.shape[2:4]
    )
    return parts[torch.arange(n, device=device).repeat_interleave(each), :, tops, lefts]


def sliced_distance(x_PD: Tensor, y_PD: Tensor, draw: int = 0) -> Tensor:
    """Return the mean Wasserstein-1 distance between projections on random directions.

    Rabin, Peyré, Delon, Bernot, 2011. On a line it is the mean distance of the sorted points.

    Args:
        x_PD: points.
        y_PD: as many.
        draw: another number gives other directions.
    """
    generator = seeding.generator("cpu", draw, "slices")
    slices = torch.randn(x_PD.shape[1], SLICES, generator=generator, dtype=x_PD.dtype)
    slices = (slices / slices.norm(dim=0)).to(x_PD.device)
    distances = [
        ((x_PD @ some).sort(dim=0).values - (y_PD @ some).sort(dim=0).values).abs().mean(dim=0)
        for some in slices.split(64, dim=1)  # so that they fit into memory
    ]
    return torch.cat(distances).mean()
