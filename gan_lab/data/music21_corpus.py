"""Scores that come with the package music21: chorales of Bach, and folk songs.

chorales: the 371 of Riemenschneider's edition, four voices (J. S. Bach; MusicXML).
folk: the songs of the Essen collection in 4/4, one voice (H. Schaffrath, E. Dahlig-Turek; ABC by
S. Schlien); given to music21 for non-commercial use.

Nothing is transposed, as in Brunner et al., 2018.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, final

from gan_lab.data.base import ImageDataset
from gan_lab.data.files import data_folder
from gan_lab.data.phrases import VERSION, Phrases
from gan_lab.data.piano_roll import STEPS_PER_BEAT, Metre, Note, Piece, UnusablePieceError
from gan_lab.data.progress import bar, say
from gan_lab.extras import require

FOUR_FOUR = re.compile(r"^M: *4/4 *$", re.MULTILINE)
NUMBER = re.compile(r"^X: *(\d+)", re.MULTILINE)

Pieces = list[tuple[str, Callable[[], Piece]]]


@final
@dataclass(frozen=True, kw_only=True)
class Music21Corpus(Phrases, ImageDataset):
    """Phrases of scores that come with music21. Options: see `Phrases`.

    `dir` is where what is made of them is kept; once it is there, music21 is not needed.

    Attributes:
        corpus: chorales or folk.
    """

    corpus: Literal["chorales", "folk"]

    @property
    def called(self) -> str:
        """The key that was typed."""
        return f"data.corpus={self.corpus}"

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder("music21", self.dir) / f"{self.corpus}_{VERSION}.safetensors"

    def pieces(self) -> Iterator[tuple[str, Callable[[], Piece]]]:
        """Yield the scores by the names of their files."""
        music21 = require("music21", "data=music21", "music21")
        found = {"chorales": _chorales, "folk": _folk_songs}[self.corpus](music21)
        say(f"reading {len(found):,} scores of music21 {music21.__version__} ({self.corpus})")
        yield from bar(found, total=len(found), unit="score")


def piece_of(score: Any) -> Piece:
    """Return the notes and bars of a score of music21, all of its parts; repeats are not played.

    A first bar that is not full is an upbeat. Grace notes, which have no length, are left out.

    Args:
        score: a `music21.stream.Score` whose parts have measures.
    """
    notes = [
        Note(_steps(element.offset), _steps(element.offset + element.quarterLength), pitch.midi)
        for element in score.flatten().notes
        if element.quarterLength > 0
        for pitch in element.pitches
    ]
    part = score.parts[0]
    metres = [
        Metre(_steps(signature.offset), signature.numerator, signature.denominator)
        for signature in part.flatten().getElementsByClass("TimeSignature")
    ]
    if not metres:
        raise UnusablePieceError("without bars")
    first = part.getElementsByClass("Measure").first()
    if first is not None and first.duration.quarterLength < first.barDuration.quarterLength:
        metres[0] = metres[0]._replace(start=_steps(first.duration.quarterLength))
    return Piece(notes, metres, _steps(score.highestTime))


def _chorales(music21: Any) -> Pieces:
    """Return the chorales in the order of the edition, each once."""
    root = Path(music21.__file__).parent / "corpus"
    names = dict.fromkeys(music21.corpus.chorales.Iterator(returnType="filename"))
    files = {Path(name).name: root / f"{name}.mxl" for name in names}
    return [(name, partial(_of_file, music21, file)) for name, file in files.items()]


def _folk_songs(music21: Any) -> Pieces:
    """Return the songs of all files, of which each has hundreds."""
    songs: Pieces = []
    for file in sorted((Path(music21.__file__).parent / "corpus" / "essenFolksong").glob("*.abc")):
        for text in re.split(r"^(?=X:)", file.read_text("latin-1"), flags=re.MULTILINE):
            if number := NUMBER.match(text):
                songs.append((f"{file.stem}/{number[1]}", partial(_of_abc, music21, text)))
    return songs


def _of_file(music21: Any, file: Path) -> Piece:
    if not file.exists():
        raise UnusablePieceError("not in the package")
    # Without the copies that music21 would keep of what it has read.
    return piece_of(music21.converter.parse(file, forceSource=True, storePickle=False))


def _of_abc(music21: Any, text: str) -> Piece:
    if not FOUR_FOUR.search(text):  # known without parsing, which takes longer
        raise UnusablePieceError("not in 4/4")
    try:
        score = music21.converter.parseData(text, format="abc")
    except music21.exceptions21.Music21Exception as error:
        raise UnusablePieceError("not understood by music21") from error
    return piece_of(score)


def _steps(quarters: Any) -> float:
    return float(quarters * STEPS_PER_BEAT)
