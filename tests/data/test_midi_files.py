"""MIDI files are read like a stranger's, and rolls survive being written and read again."""

import sys
import time

import numpy as np
import pytest

from gan_lab.data.midi_files import read_midi, write_midi
from gan_lab.data.piano_roll import PITCHES, STEPS, Metre, Note, UnusablePieceError, rolls_of
from gan_lab.errors import ConfigError
from tests.data.midi_bytes import END, metre, midi, note, ticks

mido = pytest.importorskip("mido")


def test_notes_are_in_sixteenths_whatever_the_ticks():
    for division in (96, 480, 1000):
        read = read_midi(midi(note(60, division, after=division // 4), division=division))
        assert read.notes == [Note(1.0, 5.0, 60)]
        assert read.end == 5.0


def test_tracks_are_merged_and_drums_are_counted():
    melody = note(60, 120) + note(62, 120)
    bass, drums = note(36, 240, channel=3), note(38, 120, channel=9)

    read = read_midi(midi(melody, bass + drums))

    assert sorted(read.notes) == [Note(0, 1, 60), Note(0, 2, 36), Note(1, 2, 62)]
    assert read.drums == 1
    assert read.end == 3.0


def test_a_note_ends_at_the_first_end_and_one_without_end_is_none():
    twice = b"\x00\x90\x3c\x40\x78\x90\x3c\x40" + b"\x78\x90\x3c\x00" + b"\x78\x80\x3c\x00"
    open_end = b"\x00\x90\x40\x40"

    assert read_midi(midi(twice, open_end)).notes == [Note(0.0, 2.0, 60)]


def test_the_metre_is_4_4_until_another_is_given():
    assert read_midi(midi(note(60, 480))).metres == [Metre(0, 4, 4)]

    changed = read_midi(midi(metre(3, 2) + metre(6, 3, after=1440), note(60, 4800)))

    assert changed.metres == [Metre(0, 3, 4), Metre(12, 6, 8)]


def test_rolls_written_and_read_again_are_the_same(tmp_path):
    random = np.random.default_rng(0)
    rolls = (random.random((4, 1, STEPS, PITCHES)) < 0.2).astype(np.uint8) * 255
    rolls[2:] = 0  # the file lasts as long

    write_midi(rolls, tmp_path / "four.mid")
    write_midi(rolls[1, 0], tmp_path / "one.mid")

    four, one = (read_midi((tmp_path / f"{name}.mid").read_bytes()) for name in ("four", "one"))
    assert np.array_equal(rolls_of(four)[0], rolls)
    assert np.array_equal(rolls_of(one)[0], rolls[1:2])


def test_a_written_file_is_four_bars_of_4_4_for_a_piano(tmp_path):
    rolls = np.zeros((1, 1, STEPS, PITCHES), np.uint8)
    rolls[0, 0, 4:8, 36] = 255

    write_midi(rolls, tmp_path / "c4.mid")

    file = mido.MidiFile(tmp_path / "c4.mid")
    (track,) = file.tracks
    assert file.length == 8.0  # seconds, 16 beats at 120 a minute
    assert (track[0].numerator, track[0].denominator) == (4, 4)
    assert [(m.type, m.note, m.velocity, m.time) for m in track if m.type.startswith("note")] == [
        ("note_on", 60, 100, 480),
        ("note_off", 60, 100, 480),
    ]


HELD = b"\x00\x90\x3c\x40"
BAD = {
    "no MIDI inside": [b"", b"MTh", b"\x89PNG\r\n", b"<html>", b"RIFF0000RMID"],
    "damaged": [
        b"MThd",
        b"MThd" + b"\xff" * 40,
        midi(note(60, 480))[:-6],
        midi(note(60, 480)).replace(b"MTrk", b"MTrx"),
        midi(b"\x00\x3c\x40"),  # a running status that none has set
        midi(b"\x00\xff\x01\xff\xff\xff\x7f" + b"a" * 40),  # a text of 256 MiB
        midi(b"\x00\xff\x58\x01\x04"),  # a metre without unit
        midi(b"\xff" * 600 + b"\x7f\x90\x3c\x40"),  # a number without end
    ],
    "in seconds instead of beats": [midi(note(60, 480), division=0xE728), midi(division=0)],
    "of several songs": [midi(note(60, 480), note(60, 480), type=2)],
    "longer than 4,096 bars": [
        midi(HELD + ticks((1 << 28) - 1) + b"\x80\x3c\x00", division=1),
        midi(b"\xff" * 400 + b"\x7f\x90\x3c\x40"),
    ],
    "without notes": [midi(), midi(b""), midi(HELD), midi(note(38, 480, channel=9))],
}


@pytest.mark.parametrize(
    ("reason", "content"),
    [(reason, content) for reason, contents in BAD.items() for content in contents],
    ids=[f"{reason}-{i}" for reason, contents in BAD.items() for i in range(len(contents))],
)
def test_bad_files_have_a_reason_of_a_few_words(reason, content):
    with pytest.raises(UnusablePieceError, match=f"^{reason}$"):
        rolls_of(read_midi(content))


def test_a_file_may_not_be_large():
    large = midi((b"\x00\xff\x01\x7f" + b"a" * 127) * ((1 << 20) // 131 + 1))
    with pytest.raises(UnusablePieceError, match=r"^larger than 1 MiB$"):
        read_midi(large)


def test_numbers_of_many_bytes_take_no_time():
    content = midi((b"\xff" * 500 + b"\x7f\x40\x40") * 2000)
    begun = time.perf_counter()
    with pytest.raises(UnusablePieceError):
        rolls_of(read_midi(content))
    assert time.perf_counter() - begun < 20


def test_whatever_the_bytes_nothing_else_is_raised():
    good = midi(metre(4, 2) + note(60, 960), note(67, 480, after=5) + note(70, 7680))
    random = np.random.default_rng(0)
    read = 0
    for _ in range(500):
        content = bytearray(good)
        for place in random.integers(0, len(good), random.integers(1, 6)):
            content[place] = random.integers(256)
        try:
            rolls_of(read_midi(bytes(content)))
            read += 1
        except UnusablePieceError as reason:
            assert len(str(reason)) < 40
    assert 0 < read < 500


def test_data_bytes_that_are_too_large_are_clipped():
    loud = midi(b"\x00\x90\x3c\xff" + ticks(480) + b"\x80\x3c\x00")
    assert read_midi(loud).notes == [Note(0, 4, 60)]


def test_without_mido_the_command_that_installs_it_is_told(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mido", None)
    told = r"^A MIDI file needs the package mido: .*python -m pip install .*mido$"
    with pytest.raises(ConfigError, match=told):
        read_midi(midi(note(60, 480)))
    with pytest.raises(ConfigError, match=told):
        write_midi(np.zeros((1, 1, STEPS, PITCHES), np.uint8), tmp_path / "a.mid")


def test_a_piece_lasts_until_its_last_track_ends():
    assert read_midi(midi(HELD + ticks(1920) + END[1:])).end == 16.0
