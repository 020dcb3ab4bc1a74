"""Music inside a page: the notes of a MIDI file, for its script to play."""

import json
from pathlib import Path

from gan_lab.data.midi_files import LARGEST_BYTES, read_midi
from gan_lab.data.piano_roll import UnusablePieceError
from gan_lab.errors import ConfigError
from gan_lab.safe_reading import read_file

MOST_NOTES = 10_000


def notes_in(path: Path) -> str:
    """Return `[[start, length, pitch], ...]` as JSON, in sixteenths and MIDI's numbers.

    Nothing where the file cannot be read, mido is not installed, or there are too many notes.
    """
    try:
        notes = read_midi(read_file(path, LARGEST_BYTES)).notes
    except (OSError, UnusablePieceError, ConfigError):
        return ""
    if len(notes) > MOST_NOTES:
        return ""
    played = sorted((note.start, note.end - note.start, note.pitch) for note in notes)
    return json.dumps([[round(number, 3) for number in note] for note in played])
