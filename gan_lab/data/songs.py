"""Songs that a person wants translated: a MIDI file, or a folder or .zip of them.

Shape legend: N = phrases.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gan_lab.data.midi import Midi
from gan_lab.data.midi_files import ENDINGS, LARGEST_BYTES, read_midi
from gan_lab.data.passed_over import by_reason, passed_over
from gan_lab.data.piano_roll import Piece, UnusablePieceError, rolls_of
from gan_lab.errors import DataError, GanLabError
from gan_lab.plurals import counted
from gan_lab.safe_reading import read_file


class Song(NamedTuple):
    """A piece of music.

    Attributes:
        name: of its file, relative to the place.
        rolls: its phrases as stored, uint8 `(N, 1, 64, 84)`, silent ones among them.
    """

    name: str
    rolls: np.ndarray


def read_songs(place: str) -> tuple[list[Song], str]:
    """Return the songs of a place, and a sentence on what was found there.

    Args:
        place: a .mid or .midi file, or a folder or .zip of them, as typed.

    Raises:
        ConfigError: mido is not installed.
        DataError: there is nothing that can be translated.
    """
    songs: list[Song] = []
    passed: dict[str, list[str]] = {}
    lacks = 0
    for name, read in _pieces(place):
        try:
            rolls, lacking = rolls_of(read())
        except UnusablePieceError as reason:
            passed.setdefault(str(reason), []).append(name)
            continue
        songs.append(Song(name, rolls))
        lacks += lacking.total()
    if not songs:
        raise DataError(
            f"images={place} has nothing to translate: {by_reason(passed)}. Phrases of four bars "
            f"of 4/4 are translated; name other music."
        )
    phrases = sum(len(song.rolls) for song in songs)
    said = [f"{counted(phrases, 'phrase')} of four bars in {counted(len(songs), 'song')}"]
    if lacks:
        said.append(f"{counted(lacks, 'note')} elsewhere, left out")
    said += filter(None, [passed_over(passed, len(songs))])
    return songs, f"images={place}: {'; '.join(said)}."


def _pieces(place: str) -> Iterator[tuple[str, Callable[[], Piece]]]:
    path = Path(place).expanduser()
    if path.suffix.lower() in ENDINGS and not path.is_dir():
        yield path.name, partial(_read, path)
        return
    if path.is_file() and path.suffix.lower() != ".zip":
        raise DataError(
            f"images={place} is no music by its ending; this model translates .mid files, and "
            f"folders and .zip of them."
        )
    try:
        yield from Midi(dir=place).pieces()
    except GanLabError as error:  # it was typed under another name
        raise type(error)(str(error).replace("data.dir=", "images=")) from error


def _read(path: Path) -> Piece:
    try:
        return read_midi(read_file(path, LARGEST_BYTES))
    except OSError as error:
        raise DataError(f"images={path} cannot be read ({error.strerror or error}).") from error
