"""Piano rolls: which of 84 pitches sound in each of the 64 sixteenths of four bars.

The grid of Brunner, Wang, Wattenhofer, Zhao, 2018, arXiv:1809.07575, section on preprocessing: bars
of 4/4 alone, all tracks merged into one, no velocities, the pitches C1 to B7. A roll does not know
a repeated note from a held one.

Shape legend: N = phrases, T = steps, P = pitches, K = notes.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

STEPS_PER_BEAT = 4
STEPS_PER_BAR = 16
BARS = 4
STEPS = BARS * STEPS_PER_BAR
LOWEST = 24  # C1 in MIDI's numbers, in which C4 is 60
PITCHES = 84
SHAPE = (1, STEPS, PITCHES)
# Two hours at 120 beats a minute; a hostile file of a few bytes may last for a million years.
LONGEST_BARS = 4096
SOUNDS = 255


class UnusablePieceError(Exception):
    """A piece that gives no phrases, for a reason of a few words, such as "not in 4/4"."""


class Note(NamedTuple):
    """A pitch that sounds.

    Attributes:
        start: in sixteenths since the piece began.
        end: when it falls silent.
        pitch: MIDI's number, 0 to 127; the middle C is 60.
    """

    start: float
    end: float
    pitch: int


class Metre(NamedTuple):
    """How bars are counted from some time on.

    Attributes:
        start: of the first such bar, in sixteenths since the piece began.
        beats: of a bar.
        unit: of a beat, such as 4 for quarter notes.
    """

    start: float
    beats: int
    unit: int


@dataclass(frozen=True)
class Piece:
    """What a file of music says of notes and bars.

    Attributes:
        notes: in any order.
        metres: in order; what comes before the first one is an upbeat.
        end: in sixteenths, of the last bar or note.
        drums: notes of drums, which are not among `notes`.
    """

    notes: Sequence[Note]
    metres: Sequence[Metre]
    end: float
    drums: int = 0


def rolls_of(piece: Piece) -> tuple[np.ndarray, Counter[str]]:
    """Return the phrases of a piece, one after another, and how much of it they lack, by kind.

    Each stretch of 4/4 is cut into phrases of four bars from its own beginning. A note belongs to
    the steps nearest to where it starts and ends, at least to one.

    Returns:
        uint8 `(N, 1, 64, 84)`, 0 or 255, silent phrases among them, N being 1 or more; and counts.

    Raises:
        UnusablePieceError: there is no note, no such phrase, or the piece is too long.
    """
    if not piece.notes:
        raise UnusablePieceError("without notes")
    if piece.end > LONGEST_BARS * STEPS_PER_BAR:
        raise UnusablePieceError(f"longer than {LONGEST_BARS:,} bars")
    notes_K3 = np.array(piece.notes, np.float64).reshape(-1, 3)
    heard_K = (notes_K3[:, 2] >= LOWEST) & (notes_K3[:, 2] < LOWEST + PITCHES)
    lacks = Counter({"of drums": piece.drums, "outside C1 to B7": int((~heard_K).sum())})
    lacks["in an upbeat"] = _starting_in(notes_K3, 0, piece.metres[0].start)
    rolls = []
    for metre, end in _stretches(piece):
        first = metre.start
        if (metre.beats, metre.unit) == (4, 4):
            steps = _whole_bars(end - metre.start, is_last=end == piece.end) // BARS * STEPS
            rolls.append(_drawn(notes_K3[heard_K], metre.start, steps))
            first = metre.start + steps
            lacks["after the last four bars"] += _starting_in(notes_K3, first, end)
        else:
            lacks["in another metre"] += _starting_in(notes_K3, first, end)
    if not any(len(part) for part in rolls):
        raise UnusablePieceError("shorter than four bars" if rolls else "not in 4/4")
    rolls_TP = np.concatenate(rolls)
    return rolls_TP.reshape(-1, *SHAPE), +lacks


def notes_of(rolls: np.ndarray) -> list[Note]:
    """Return the notes of rolls that are played one after another; neighbouring steps are one note.

    Args:
        rolls: uint8 `(..., 64, 84)`; a pitch sounds where it is at least 128.
    """
    sounds_TP = rolls.reshape(-1, PITCHES) >= 128
    silence = np.zeros((1, PITCHES), np.int8)
    changes = np.diff(sounds_TP.astype(np.int8), axis=0, prepend=silence, append=silence)
    # Transposed, so that the starts and the ends of one pitch come in the same order.
    pitches_K, starts_K = np.nonzero(changes.T == 1)
    _, ends_K = np.nonzero(changes.T == -1)
    columns = (starts_K.tolist(), ends_K.tolist(), (pitches_K + LOWEST).tolist())
    return sorted(Note(*note) for note in zip(*columns, strict=True))


def _stretches(piece: Piece) -> list[tuple[Metre, float]]:
    """Return each metre and where it ends; the same one given twice goes on."""
    changes = [
        metre
        for index, metre in enumerate(piece.metres)
        if index == 0 or metre[1:] != piece.metres[index - 1][1:]
    ]
    ends = [*(metre.start for metre in changes[1:]), piece.end]
    return list(zip(changes, ends, strict=True))


def _whole_bars(steps: float, *, is_last: bool) -> int:
    """Return how many bars there are; the last one of a piece may end early, as in a rest."""
    bars = math.floor(steps + 0.5) / STEPS_PER_BAR
    return math.ceil(bars) if is_last else math.floor(bars)


def _drawn(notes_K3: np.ndarray, origin: float, steps: int) -> np.ndarray:
    """Return which pitches sound in `steps` steps from `origin` on, uint8 `(T, P)`."""
    # Half steps are rounded up, all of them: rounding to even would give notes uneven lengths.
    first_K, last_K = (np.floor(notes_K3[:, side] - origin + 0.5).astype(int) for side in (0, 1))
    last_K = np.maximum(last_K, first_K + 1)
    edges = np.zeros((steps + 1, PITCHES), np.int32)
    pitches_K = notes_K3[:, 2].astype(int) - LOWEST
    np.add.at(edges, (first_K.clip(0, steps), pitches_K), 1)
    np.add.at(edges, (last_K.clip(0, steps), pitches_K), -1)
    return np.where(edges[:-1].cumsum(axis=0) > 0, SOUNDS, 0).astype(np.uint8)


def _starting_in(notes_K3: np.ndarray, start: float, end: float) -> int:
    # Half a step earlier, where the rounding of the grid is.
    starts_K = notes_K3[:, 0] + 0.5
    return int(((starts_K >= start) & (starts_K < end)).sum())
