"""task=translate: a person's own pictures, or the data's, translated by a checkpoint."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab.assembly.forms import TRANSLATED, in_rows, require_images
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.other_size import at_size
from gan_lab.assembly.trained_model import TrainedModel, open_model
from gan_lab.assembly.unlike_training import differences
from gan_lab.data.base import ImageDataset
from gan_lab.data.folder import Folder
from gan_lab.data.pictures import ENDINGS
from gan_lab.data.progress import bar
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.evaluation.scored_images import read_images
from gan_lab.figures.grids import single
from gan_lab.output_files import empty_folder, write_picture
from gan_lab.plurals import counted
from gan_lab.terminal import say
from gan_lab.training.abilities import Translates
from gan_lab.training.translating import Originals

DEFAULT_OUT, ALL = "translated", "translations.png"
BATCH = 8  # images at once, which may be large ones


@dataclass(frozen=True)
class Way:
    """From one set to another.

    Attributes:
        source: the set that images are of.
        target: the set that they are translated to.
        there: the view that does so.
        back: the view of the other direction; None: there is none.
    """

    source: str
    target: str
    there: str
    back: str | None


@dataclass(frozen=True)
class Given:
    """Images to translate.

    Attributes:
        originals: that they are among.
        positions: of them.
        files: what the translation of each is written into.
    """

    originals: Originals
    positions: Tensor
    files: Sequence[str]


def run(config: DictConfig) -> None:
    """Write the translation of each picture, and one picture of all, originals beside them.

    Raises:
        GanLabError: the checkpoint or the pictures cannot be read, it does not translate images,
            to such a set or at such a size, or `out` cannot be written.
    """
    trained = open_model(config, needs=Translates)
    way = way_to(config.to, trained.module)
    of_source = source_of(trained.dataset, way)
    require_images(of_source, f"task={config.task}", "task=sample shows its translations.")
    sized, dataset = at_size(trained, config.size)
    if config.images is None:
        given = of_data(config, trained, sized, way)
    else:
        given = own(config.images, trained, source_of(dataset, way), way)
    out = empty_folder(config.out, DEFAULT_OUT)
    columns = min(TRANSLATED, len(given.positions))
    first = []
    for files, rows in translated(trained.module, given, way):
        for file, pixels_CHW in zip(files, dataset.to_pixels(rows[1]).numpy(), strict=True):
            write_picture(out / file, single(pixels_CHW))
        if len(first) * BATCH < columns:
            first.append(rows)
    rows = [torch.cat(row)[:columns] for row in zip(*first, strict=True)]
    write_picture(out / ALL, in_rows(dataset, torch.cat(rows), columns))
    start = "" if trained.module.takes_any else f" from {way.source}"
    say(
        f"Wrote {counted(len(given.files), 'translation')}{start} to {way.target} by iteration "
        f"{trained.iteration}, and {ALL} (rows: originals, translations"
        f"{', and back again' if way.back else ''}): {out.absolute()}"
    )


def way_to(target: str, module: Translates) -> Way:
    """Return how to get to a set.

    Raises:
        ConfigError: no direction leads there.
    """
    ways = {way: view for view, way in module.directions.items()}
    for (source, end), view in ways.items():
        if end == target:
            return Way(source, target, view, ways.get((target, source)))
    ends = {end for _, end in ways}
    raise ConfigError(
        f"to={target} is no set that this model translates to.{did_you_mean(target, ends)}"
    )


def of_data(config: DictConfig, trained: TrainedModel, sized: DictConfig, way: Way) -> Given:
    """Return images of the data's test part, chosen by the seed; say how many there are.

    Args:
        config: as typed now.
        trained: the model.
        sized: its configuration, with the size that is asked for.
        way: between the sets.

    Raises:
        GanLabError: the data cannot be prepared, or are others.
    """
    trained.prepare()
    give_originals(trained.module, sized, trained.dataset)
    originals = trained.module.originals[way.source]
    positions = originals.choose(config.n, config.seed, "task=translate")
    named = f"data.{way.source}" if way.source in trained.dataset.sources else way.source
    say(
        f"{len(positions):,} of the {counted(len(originals.images), 'image')} of {named}, split "
        f"{originals.split}."
    )
    return Given(originals, positions, [f"{index:05d}.png" for index in range(len(positions))])


def source_of(dataset: ImageDataset, way: Way) -> ImageDataset:
    """Return the data set that originals are of: a source of its own, or some classes of it."""
    return dataset.sources.get(way.source, dataset)


def own(path: str, trained: TrainedModel, source: ImageDataset, way: Way) -> Given:
    """Return a person's pictures in the shape of a set's; say what was done to them.

    Args:
        path: of a folder, .zip, .npz or picture.
        trained: the model.
        source: the set, of the size that is asked for; need not be prepared.
        way: between the sets.

    Raises:
        GanLabError: they cannot be read.
    """
    read = read_images(path, source)
    say(read.announcement(path))
    for difference in differences(read.images, source_of(trained.dataset, way)):
        say(f"Warning: {difference}")
    originals = Originals(read.images, source.to_network, "all")
    names = Folder(dir=path, split="all", labels="none").names
    return Given(originals, torch.arange(len(read.images)), file_names(names))


def translated(
    module: Any, given: Given, way: Way
) -> Iterator[tuple[Sequence[str], Sequence[Tensor]]]:
    """Yield names of files with the originals, their translations, and these translated back."""
    starts = range(0, len(given.positions), BATCH)
    for start in bar(starts, total=len(starts), unit="minibatch"):
        part = slice(start, start + BATCH)
        rows = [given.originals.at(given.positions[part], module.device)]
        rows.append(module.translate(rows[-1], way.there))
        if way.back:
            rows.append(module.translate(rows[-1], way.back))
        yield given.files[part], rows


def file_names(names: Sequence[str]) -> list[str]:
    """Return a file for the translation of each picture, no two of them the same.

    Args:
        names: of the pictures, relative, or places in an array, which become numbers. Where two
            differ in their ending alone, as in cat.jpg and cat.png, it is kept: cat.jpg.png.
    """
    plain = [
        str(PurePosixPath(name).with_suffix(""))
        if PurePosixPath(name).suffix.lower() in ENDINGS
        else f"{index:05d}"
        for index, name in enumerate(names)
    ]
    # Some systems take upper and lower case for the same.
    found, taken = Counter(stem.lower() for stem in plain), {ALL}
    files = []
    for stem, name in zip(plain, names, strict=True):
        alone = found[stem.lower()] == 1 and f"{stem.lower()}.png" not in taken
        file = f"{stem if alone else name}.png"
        while file.lower() in taken:
            file = str(PurePosixPath(file).with_stem(f"{PurePosixPath(file).stem}-2"))
        taken.add(file.lower())
        files.append(file)
    return files
