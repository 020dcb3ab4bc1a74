"""What follows from the form of a data set: how its samples are shown, and what measures them.

One table has it all. Shape legend: N = samples, C, H, W = image.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_lab.assembly.labels import Known
from gan_lab.callbacks.codes import Plane
from gan_lab.callbacks.sample_pictures import (
    DomainPicture,
    PuzzlePicture,
    SamplePicture,
    TranslationPicture,
)
from gan_lab.data.base import Form, ImageDataset, Images
from gan_lab.data.density import Density
from gan_lab.data.midi_files import write_midi
from gan_lab.data.mixtures import Mixture
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.neighbours import nearest_images
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.points import Points
from gan_lab.figures.codes import scatter_of_codes
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.figures.grids import image_grid
from gan_lab.figures.piano_rolls import roll_grid
from gan_lab.figures.points import scatter
from gan_lab.figures.text_rows import text_rows
from gan_lab.figures.tiles import side_by_side, tiles
from gan_lab.figures.traversals import traversals
from gan_lab.latents.captions import Captions
from gan_lab.training.abilities import Translates

NEIGHBOURS = 4  # real images below each generated one
GENERATED_WITH_NEIGHBOURS = 12
COLUMNS = 8  # images of each class
MOST_ROWS = 16  # classes
PUZZLES = 8  # images that are shown with their patches
TRANSLATED = 12  # images of each set that are shown with their translations


@dataclass(frozen=True)
class Treatment:
    """How the data of one form are shown and measured.

    Attributes:
        called: in messages.
        draw: makes a picture of samples `(N, C, H, W)`, as stored, and their data set.
        samples: how many of them tell something in one picture without hiding each other.
        are_images: each of them is a picture, which can be a PNG file.
        is_music: each of them can be listened to.
        write_sound: makes a file of them that can be listened to; None: nothing is heard of them.
        rows: makes a picture of so many of them per row, so that each can be looked at beside its
            neighbours; None: there is nothing to see in a single one.
        extractor: what measures them; None: what `evaluation.extractors` names.
        unmeasured: why nothing does, and what to do instead; empty where something does.
    """

    called: str
    draw: Callable[[np.ndarray, Any], Image.Image]
    samples: int
    are_images: bool = False
    is_music: bool = False
    write_sound: Callable[[np.ndarray, Path], None] | None = None
    rows: Callable[[np.ndarray, int], Image.Image] | None = None
    extractor: Callable[[Any], Extractor] | None = None
    unmeasured: str = ""


def treatment(dataset: ImageDataset) -> Treatment:
    """Return how the samples of a data set are shown and measured."""
    return TREATMENTS[dataset.form]


def of_images(dataset: ImageDataset) -> bool:
    """Whether its items are images, in one set or in two."""
    return all(treatment(source).are_images for source in dataset.sources.values())


def of_music(dataset: ImageDataset) -> bool:
    """Whether its items can be listened to, in one set or in several."""
    return all(treatment(source).is_music for source in dataset.sources.values())


def picture(dataset: ImageDataset, images_NCHW: Tensor) -> Image.Image:
    """Return a picture of what a generator for `dataset` made, given in the value range."""
    return treatment(dataset).draw(dataset.to_pixels(images_NCHW).numpy(), dataset)


def picture_of_translations(
    dataset: ImageDataset, module: Translates
) -> TranslationPicture | DomainPicture:
    """Return how a model's translations between sets are shown."""
    if module.takes_any:
        return DomainPicture(partial(table, dataset), TRANSLATED)
    return TranslationPicture(partial(in_rows, dataset), TRANSLATED, sound=sound_of(dataset))


def picture_of_puzzles(dataset: ImageDataset, n: int = PUZZLES) -> PuzzlePicture:
    """Return how images are shown that a model makes of patches: so many of them."""
    return PuzzlePicture(partial(table, dataset), n, dataset.value_range)


def in_rows(dataset: ImageDataset, images_NCHW: Tensor, columns: int) -> Image.Image:
    """Return images, given in the value range, so many in each row."""
    rows = treatment(next(iter(dataset.sources.values()))).rows
    return rows(dataset.to_pixels(images_NCHW).numpy(), columns)


def table(dataset: ImageDataset, images_RKCHW: Tensor, headings: Sequence[str]) -> Image.Image:
    """Return rows of images, given in the value range, below a word for each column."""
    return tiles(pixels_of(dataset, images_RKCHW), headings=headings)


def sound_of(dataset: ImageDataset) -> Callable[[Tensor, Path], None] | None:
    """Return how samples are written as sound; None where nothing is heard, or mido is missing."""
    write = treatment(next(iter(dataset.sources.values()))).write_sound
    if write is None or find_spec("mido") is None:
        return None
    return lambda images_NCHW, path: write(dataset.to_pixels(images_NCHW).numpy(), path)


def picture_of_samples(
    dataset: ImageDataset,
    labels: Known | None = None,
    n: int | None = None,
    chosen: Sequence[Any] = (),
) -> SamplePicture:
    """Return how the samples of a model for `dataset` are shown.

    Args:
        dataset: of any form.
        labels: or captions, that images are asked for, a row each if there is room; None: they are
            not.
        n: samples; None: as many as tell something.
        chosen: the only ones of them to show; empty: all.
    """
    are_asked = labels is not None and treatment(dataset).are_images
    rows = list(chosen or labels.asked)[: n or MOST_ROWS] if are_asked else []
    if not rows:
        n = n or treatment(dataset).samples
        return SamplePicture(partial(picture, dataset), n, sound=sound_of(dataset))
    columns = n // len(rows) if n else COLUMNS
    n = columns * len(rows)
    if isinstance(labels, Captions):
        texts = [labels.text_of(row) for row in rows]
        return SamplePicture(
            lambda images_NCHW: text_rows(dataset.to_pixels(images_NCHW).numpy(), texts), n, rows
        )
    return SamplePicture(
        lambda images_NCHW: image_grid(dataset.to_pixels(images_NCHW).numpy(), columns), n, rows
    )


def picture_of_evaluation(dataset: ImageDataset, real: Images, n_fake: int) -> SamplePicture:
    """Return how the samples of an evaluation are shown.

    Args:
        dataset: of any form that is measured.
        real: its images.
        n_fake: samples that are scored.
    """
    if treatment(dataset).rows:
        return SamplePicture(partial(neighbours, dataset, real), GENERATED_WITH_NEIGHBOURS)
    return SamplePicture(partial(picture, dataset), n_fake)


def picture_of_traversals(dataset: ImageDataset, images: Mapping[str, Tensor]) -> Image.Image:
    """Return what variables of the latents do to images.

    Args:
        dataset: of images.
        images: `(V, K, C, H, W)` in the value range, by the names of variables.
    """
    return traversals({name: pixels_of(dataset, each) for name, each in images.items()})


def picture_of_codes(
    dataset: ImageDataset, images_NCHW: Tensor, decoded_NCHW: Tensor, plane: Plane | None
) -> Image.Image:
    """Return images, each above what is decoded from its code, and how codes lie in the plane.

    Args:
        dataset: of images.
        images_NCHW: in the value range.
        decoded_NCHW: the same, from their codes.
        plane: None where a code has not two numbers.
    """
    blocks = [
        row
        for pair in zip(images_NCHW.split(COLUMNS), decoded_NCHW.split(COLUMNS), strict=True)
        for row in pair
        if len(row) == COLUMNS
    ]
    rows = {"images, each above what its code becomes": torch.stack(blocks)} if blocks else {}
    if plane is None:
        return picture_of_traversals(dataset, rows)
    rows["decoded from the middle of the prior"] = plane.manifold
    labels = None if plane.labels is None else plane.labels.numpy()
    dots = scatter_of_codes(
        plane.codes.cpu().numpy(), labels, plane.latents.cpu().numpy(), plane.class_names
    )
    return side_by_side([picture_of_traversals(dataset, rows), dots])


def pixels_of(dataset: ImageDataset, images_VKCHW: Tensor) -> np.ndarray:
    """Return rows of images, given in the value range, as stored."""
    pixels = dataset.to_pixels(images_VKCHW.flatten(0, 1))
    return pixels.unflatten(0, images_VKCHW.shape[:2]).numpy()


def require_scores(dataset: ImageDataset) -> None:
    """Refuse to evaluate what nothing measures.

    Raises:
        ConfigError: says what to do instead.
    """
    if unmeasured := treatment(dataset).unmeasured:
        raise ConfigError(unmeasured)


def require_images(dataset: ImageDataset, wanted_by: str, remedy: str) -> None:
    """Refuse what is for images where the data set has none.

    Args:
        dataset: of any form.
        wanted_by: what was typed, such as `task=invert`.
        remedy: a sentence on what to type instead.

    Raises:
        ConfigError: these are no images.
    """
    form = treatment(dataset)
    if not form.are_images:
        raise ConfigError(
            f"{wanted_by} needs images, and {type(dataset).__name__} has {form.called}. {remedy}"
        )


def neighbours(dataset: ImageDataset, real: Images, images_NCHW: Tensor) -> Image.Image:
    """Return the images, given in the value range, in a row above the real ones nearest to each."""
    generated = dataset.to_pixels(images_NCHW)
    pixels = real.pixels.cpu()
    _, found = nearest_images(generated, pixels, min(NEIGHBOURS, len(pixels)))
    rows = [generated, *(pixels[column] for column in found.T)]
    return treatment(dataset).rows(torch.cat(rows).numpy(), len(generated))


def plane(points_NCHW: np.ndarray, dataset: Mixture) -> Image.Image:
    """Return the points of the plane, and the modes that they should cover."""
    return scatter(points_NCHW[:, :, 0, 0], dataset.centres.numpy(), dataset.std)


def histogram(numbers_NCHW: np.ndarray, dataset: Density) -> Image.Image:
    """Return how often each stretch of the line is met, beside the density that it should have."""
    numbers_N = numbers_NCHW.flatten()
    heights, edges = np.histogram(numbers_N, bins=60, range=dataset.value_range)
    middles = (edges[1:] + edges[:-1]) / 2
    p_g = heights / len(numbers_N) / (edges[1] - edges[0])
    p_data = dataset.distribution.log_prob(torch.from_numpy(middles)).exp()
    curves = [Curve("p_data", middles, p_data, "k:"), Curve("p_g", middles, p_g, "g-")]
    return draw([Panel(f"{len(numbers_N):,} samples", "x", "density", curves)])


def points(dataset: Mixture) -> Extractor:
    """Return the coordinates themselves as features, with the modes that are known."""
    return Points(dataset.centres, dataset.std, dataset.quality_rule, dataset.class_names)


TREATMENTS: dict[Form, Treatment] = {
    "images": Treatment(
        called="images",
        draw=lambda images_NCHW, _: image_grid(images_NCHW),
        samples=64,
        are_images=True,
        rows=image_grid,
    ),
    "points": Treatment(
        called="points of the plane",
        draw=plane,
        samples=2500,
        extractor=points,
    ),
    "numbers": Treatment(
        called="numbers on the line",
        draw=histogram,
        samples=10_000,
        unmeasured=(
            "evaluation= has no scores for numbers on the line: use evaluation=none, or "
            "task=figure1, which compares with the exact density."
        ),
    ),
    "piano rolls": Treatment(
        called="piano rolls",
        is_music=True,
        draw=lambda rolls_N1TP, _: roll_grid(rolls_N1TP),
        samples=16,
        write_sound=write_midi,
        rows=roll_grid,
        extractor=lambda _: Pixels(),  # which pitches sound when, coarsely
    ),
    "unpaired": Treatment(
        called="two sets of them",
        draw=lambda images_NCHW, _: image_grid(images_NCHW),
        samples=TRANSLATED,
    ),
    "source and target": Treatment(
        called="two sets of them",
        draw=lambda images_NCHW, _: image_grid(images_NCHW),
        samples=64,
    ),
}
