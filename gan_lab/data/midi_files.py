"""MIDI files: from bytes to notes and bars, and from piano rolls back to a file."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from gan_lab.data.piano_roll import (
    LONGEST_BARS,
    STEPS_PER_BAR,
    STEPS_PER_BEAT,
    Metre,
    Note,
    Piece,
    UnusablePieceError,
    notes_of,
)
from gan_lab.durable import replacing
from gan_lab.extras import require

ENDINGS = (".mid", ".midi")
LARGEST_BYTES = 1 << 20  # of a file; symphonies have a fifth of that, and mido takes its time
DRUMS = 9  # the channel that General MIDI keeps for them
# A number goes on for as long as the highest bit is set, and mido takes quadratic time for it.
ENDLESS = re.compile(rb"[\x80-\xff]{512}")
TICKS_PER_BEAT = 480
TICKS_PER_STEP = TICKS_PER_BEAT // STEPS_PER_BEAT
VELOCITY = 100  # as in the paper


def read_midi(content: bytes) -> Piece:
    """Return the notes and bars of a MIDI file, from all tracks but the drums.

    Raises:
        UnusablePieceError: it is none, damaged, too large, or has no bars.
        ConfigError: mido is not installed.
    """
    mido = require_mido()
    if len(content) > LARGEST_BYTES:
        raise UnusablePieceError(f"larger than {LARGEST_BYTES >> 20} MiB")
    if not content.startswith(b"MThd"):
        raise UnusablePieceError("no MIDI inside")
    if ENDLESS.search(content):
        raise UnusablePieceError("damaged")
    try:
        # Data bytes that are too large are common, and harmless once they are clipped.
        file = mido.MidiFile(file=io.BytesIO(content), clip=True)
    except Exception as error:  # whatever mido's parsing stumbles over
        raise UnusablePieceError("damaged") from error
    if file.type not in (0, 1):
        raise UnusablePieceError("of several songs" if file.type == 2 else "damaged")
    if file.ticks_per_beat <= 0:
        raise UnusablePieceError("in seconds instead of beats")
    return _piece(file.tracks, file.ticks_per_beat)


def write_midi(rolls: np.ndarray, path: Path) -> None:
    """Write rolls, one after another, as a MIDI file: a piano, 120 beats a minute, equally loud.

    `rolls_of(read_midi(path.read_bytes()))` gives the same rolls again.

    Args:
        rolls: uint8 `(..., 64, 84)`; a pitch sounds where it is at least 128.
        path: of the file; what is there is replaced.

    Raises:
        ConfigError: mido is not installed.
        OSError: it cannot be written.
    """
    mido = require_mido()
    events = []
    for note in notes_of(rolls):
        # At the same time, a note ends before it starts again.
        events.append((note.end, 0, "note_off", note.pitch))
        events.append((note.start, 1, "note_on", note.pitch))
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    track.append(mido.Message("program_change", program=0))
    now = 0
    for step, _, kind, pitch in sorted(events):
        ticks = (step - now) * TICKS_PER_STEP
        track.append(mido.Message(kind, note=pitch, velocity=VELOCITY, time=ticks))
        now = step
    # Where the file ends says how many bars there are, silent ones too.
    steps = rolls.size // rolls.shape[-1]
    track.append(mido.MetaMessage("end_of_track", time=(steps - now) * TICKS_PER_STEP))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, tracks=[track])
    with replacing(path) as opened:
        file.save(file=opened)


def require_mido() -> Any:
    """Return the module mido.

    Raises:
        ConfigError: it is not installed.
    """
    return require("midi", "A MIDI file", "mido")


def _piece(tracks: Iterable[Any], ticks_per_beat: int) -> Piece:
    """Return what is in the tracks of mido, their times in sixteenths."""
    notes: list[Note] = []
    metres = {0.0: Metre(0.0, 4, 4)}  # what a file that says nothing means
    drums, end = 0, 0
    for track in tracks:
        sounding: dict[tuple[int, int], float] = {}
        ticks = 0
        for message in track:
            ticks += message.time
            if ticks * STEPS_PER_BEAT > LONGEST_BARS * STEPS_PER_BAR * ticks_per_beat:
                raise UnusablePieceError(f"longer than {LONGEST_BARS:,} bars")
            now = ticks * STEPS_PER_BEAT / ticks_per_beat
            if message.type == "time_signature":
                metres[now] = Metre(now, message.numerator, message.denominator)
            elif message.type == "note_on" and message.velocity > 0:
                # One that is struck again sounds on; a roll does not know these apart.
                sounding.setdefault((message.channel, message.note), now)
            elif message.type in ("note_on", "note_off"):
                start = sounding.pop((message.channel, message.note), None)
                if start is None:
                    continue
                if message.channel == DRUMS:
                    drums += 1
                else:
                    notes.append(Note(start, now, message.note))
        end = max(end, now) if track else end
    return Piece(notes, [metres[start] for start in sorted(metres)], end, drums)
