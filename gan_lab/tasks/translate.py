"""task=translate: a person's own pictures or music, or the data's, translated by a checkpoint."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab.assembly.forms import TRANSLATED, in_rows, require_images
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.other_size import at_size
from gan_lab.assembly.trained_model import TrainedModel, open_model
from gan_lab.assembly.unlike_training import differences
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.folder import Folder
from gan_lab.data.midi_files import ENDINGS as MIDI_ENDINGS
from gan_lab.data.midi_files import write_midi
from gan_lab.data.pictures import ENDINGS
from gan_lab.data.progress import bar
from gan_lab.data.songs import read_songs
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.evaluation.scored_images import read_images
from gan_lab.figures.grids import single
from gan_lab.output_files import empty_folder, write_picture, writing
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
        files: what the translation of each is written into; several phrases of music share one.
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
    way = way_to(str(config.to), trained.module)
    of_source = source_of(trained.dataset, way)
    is_music = of_source.form == "piano rolls"
    if not is_music:
        require_images(of_source, f"task={config.task}", "task=sample shows its translations.")
    sized, dataset = at_size(trained, config.size)
    if config.images is None:
        given = of_data(config, trained, sized, way, ".mid" if is_music else ".png")
    elif is_music:
        given = own_music(config.images, of_source)
    else:
        given = own(config.images, trained, source_of(dataset, way), way)
    out = empty_folder(config.out, DEFAULT_OUT)
    columns = min(TRANSLATED, len(given.positions))
    first: list[Sequence[Tensor]] = []

    def pixels() -> Iterator[tuple[str, np.ndarray]]:
        """Yield the file of each translation, and the translation as stored."""
        for files, rows in translated(trained.module, given, way):
            if len(first) * BATCH < columns:
                first.append(rows)
            yield from zip(files, dataset.to_pixels(rows[1]).numpy(), strict=True)

    for file, found in groupby(pixels(), key=itemgetter(0)):
        write_translation(out / file, np.stack([pixels_CHW for _, pixels_CHW in found]))
    rows = [torch.cat(row)[:columns] for row in zip(*first, strict=True)]
    write_picture(out / ALL, in_rows(dataset, torch.cat(rows), columns))
    start = "" if trained.module.takes_any else f" from {way.source}"
    written = counted(len(set(given.files)), "translation")
    say(
        f"Wrote {written}{start} to {way.target} by iteration {trained.iteration}, and {ALL} "
        f"(rows: originals, translations"
        f"{', and back again' if way.back else ''}): {out.absolute()}"
    )


def write_translation(path: Path, pixels_NCHW: np.ndarray) -> None:
    """Write a picture, or the phrases of a song one after another."""
    if path.suffix == ".png":
        write_picture(path, single(pixels_NCHW[0]))
        return
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_midi(pixels_NCHW, path)


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


def of_data(
    config: DictConfig, trained: TrainedModel, sized: DictConfig, way: Way, ending: str
) -> Given:
    """Return images of the data's test part, chosen by the seed; say how many there are.

    Args:
        config: as typed now.
        trained: the model.
        sized: its configuration, with the size that is asked for.
        way: between the sets.
        ending: of the files.

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
    files = [f"{index:05d}{ending}" for index in range(len(positions))]
    return Given(originals, positions, files)


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


def own_music(place: str, source: ImageDataset) -> Given:
    """Return the phrases of a person's songs; say how many there are.

    Args:
        place: of a MIDI file, or a folder or .zip of them.
        source: the set.

    Raises:
        GanLabError: there are none.
    """
    songs, said = read_songs(place)
    say(said)
    files = file_names([song.name for song in songs], MIDI_ENDINGS, ".mid")
    pixels = torch.from_numpy(np.concatenate([song.rolls for song in songs]))
    of_each = [file for song, file in zip(songs, files, strict=True) for _ in song.rolls]
    return Given(
        Originals(Images(pixels), source.to_network, "all"), torch.arange(len(pixels)), of_each
    )


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


def file_names(
    names: Sequence[str], endings: Collection[str] = ENDINGS, ending: str = ".png"
) -> list[str]:
    """Return a file for the translation of each picture, no two of them the same.

    Args:
        names: of the pictures, relative, or places in an array, which become numbers. Where two
            differ in their ending alone, as in cat.jpg and cat.png, it is kept: cat.jpg.png.
        endings: that such names have.
        ending: that the files have.
    """
    plain = [
        str(PurePosixPath(name).with_suffix(""))
        if PurePosixPath(name).suffix.lower() in endings
        else f"{index:05d}"
        for index, name in enumerate(names)
    ]
    # Some systems take upper and lower case for the same.
    found, taken = Counter(stem.lower() for stem in plain), {ALL}
    files = []
    for stem, name in zip(plain, names, strict=True):
        alone = found[stem.lower()] == 1 and f"{stem.lower()}{ending}" not in taken
        file = f"{stem if alone else name}{ending}"
        while file.lower() in taken:
            file = str(PurePosixPath(file).with_stem(f"{PurePosixPath(file).stem}-2"))
        taken.add(file.lower())
        files.append(file)
    return files
