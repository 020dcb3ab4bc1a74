"""How samples are shown: as a grid, or rows of what was translated or assembled."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.data.base import Batch
from gan_lab.training.abilities import HasLatents
from gan_lab.training.algorithm import Algorithm

HEARD = 4  # columns of a picture of translations that can be listened to


@dataclass(frozen=True, kw_only=True)
class Picture(ABC):
    """A way to show samples.

    Attributes:
        sound: writes them as something to listen to; None where nothing is heard of them.
    """

    sound: Callable[[Tensor, Path], None] | None = None

    def of(self, module: Algorithm, *address: int | str) -> Image.Image:
        """Return the picture of a model's samples, which depend on `address` alone."""
        return self.drawn(module, self.samples(module, *address))

    @abstractmethod
    def samples(self, module: Algorithm, *address: int | str) -> Batch:
        """Return the images of the picture, row after row."""

    @abstractmethod
    def drawn(self, module: Algorithm, samples: Batch) -> Image.Image:
        """Return the picture of `samples`."""

    def heard(self, module: Algorithm, samples: Batch) -> Tensor:
        """Return what of the samples is written as sound, one after another."""
        return samples.images


@final
@dataclass(frozen=True)
class SamplePicture(Picture):
    """How a model's samples are shown.

    Attributes:
        draw: makes the picture of images `(n, C, H, W)` in the value range.
        n: images that it is given.
        rows: classes, or tokens of texts, at most `n`, which all get images of the same latents, as
            many as there is room for; empty: the model chooses.
    """

    draw: Callable[[Tensor], Image.Image]
    n: int
    rows: Sequence[int | Sequence[int]] = ()

    def drawn(self, module: Algorithm, samples: Batch) -> Image.Image:
        """See `Picture`."""
        return self.draw(samples.images)

    def samples(self, module: Algorithm, *address: int | str) -> Batch:
        """See `Picture`; a row of each class has the same latents."""
        if not (self.rows and isinstance(module, HasLatents)):
            return module.sample(self.n, *address)
        latents = module.latents(self.n // len(self.rows), *address)
        rows = torch.tensor(self.rows, device=latents.device)
        labels = rows.repeat_interleave(len(latents), dim=0)
        return Batch(module.generate(latents.repeat(len(self.rows), 1), labels), labels)


@final
@dataclass(frozen=True)
class TranslationPicture(Picture):
    """How translations are shown: for each direction originals, translations, and back again.

    Attributes:
        draw_rows: makes the picture of images `(rows * columns, C, H, W)` in the value range.
        n: images of each set; all where there are fewer.
    """

    draw_rows: Callable[[Tensor, int], Image.Image]
    n: int

    def drawn(self, module: Algorithm, samples: Batch) -> Image.Image:
        """See `Picture`."""
        return self.draw_rows(samples.images, self.columns(module))

    def heard(self, module: Algorithm, samples: Batch) -> Tensor:
        """See `Picture`: the first few columns, each from top to bottom."""
        images_RCCHW = samples.images.unflatten(0, (-1, self.columns(module)))
        return images_RCCHW[:, :HEARD].transpose(0, 1).flatten(0, 1)

    def samples(self, module: Algorithm, *address: int | str) -> Batch:
        """See `Picture`."""
        rows: list[Tensor] = []
        ways = {way: view for view, way in module.directions.items()}
        for view, (source, target) in module.directions.items():
            originals = module.originals[source]
            positions = originals.choose(self.columns(module), *address, "originals")
            rows.append(originals.at(positions, module.device))
            rows.append(module.translate(rows[-1], view))
            if (target, source) in ways:
                rows.append(module.translate(rows[-1], ways[target, source]))
        return Batch(torch.cat(rows))

    def columns(self, module: Algorithm) -> int:
        """Return how many images of each set are shown."""
        return min(self.n, *(len(each.images) for each in module.originals.values()))


@final
@dataclass(frozen=True)
class PuzzlePicture(Picture):
    """How assembled images are shown: a row of each, with its patches, mask, image and the truth.

    Attributes:
        draw_table: makes the picture of rows of images `(R, K, C, H, W)` in the value range, and of
            what is above each column.
        n: originals that patches are cut out of; all where there are fewer.
        value_range: what the two sides of a mask are drawn as.
    """

    draw_table: Callable[[Tensor, Sequence[str]], Image.Image]
    n: int
    value_range: tuple[float, float]

    def drawn(self, module: Algorithm, samples: Batch) -> Image.Image:
        """See `Picture`."""
        headings = [*["patch"] * module.cutting.count, "mask", "image", "truth"]
        return self.draw_table(samples.images.unflatten(0, (-1, len(headings))), headings)

    def samples(self, module: Algorithm, *address: int | str) -> Batch:
        """See `Picture`; patches are enlarged to the images' size."""
        (originals,) = module.originals.values()
        images = originals.at(originals.choose(self.n, *address, "originals"), module.device)
        puzzle, made = module.reassemble(images, *address)
        patches = interpolate(puzzle.patches.flatten(0, 1), images.shape[-2:])
        low, high = self.value_range
        columns = [
            *patches.unflatten(0, puzzle.patches.shape[:2]).unbind(1),
            torch.lerp(torch.full_like(images, low), torch.full_like(images, high), made.masks),
            made.images,
            images,
        ]
        return Batch(torch.stack(columns, dim=1).flatten(0, 1))


@final
@dataclass(frozen=True)
class DomainPicture(Picture):
    """How translations from any set to any are shown: a row of each original, a column per view.

    Attributes:
        draw_table: makes the picture of rows of images `(R, K, C, H, W)` in the value range, and of
            what is above each column.
        n: originals, of all sets in turn; all where there are fewer.
    """

    draw_table: Callable[[Tensor, Sequence[str]], Image.Image]
    n: int

    def drawn(self, module: Algorithm, samples: Batch) -> Image.Image:
        """See `Picture`."""
        columns = ["original", *(target for _, target in module.directions.values())]
        return self.draw_table(samples.images.unflatten(0, (-1, len(columns))), columns)

    def samples(self, module: Algorithm, *address: int | str) -> Batch:
        """See `Picture`."""
        of_each = -(-self.n // len(module.sets))
        parts = []
        for name in module.sets:
            originals = module.originals[name]
            positions = originals.choose(of_each, *address, "originals", name)[:of_each]
            parts.append(originals.at(positions, module.device))
        images = torch.cat(parts)
        made = [module.translate(images, view) for view in module.directions]
        return Batch(torch.stack([images, *made], dim=1).flatten(0, 1))
