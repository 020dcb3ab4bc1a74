"""Scores of music21 become the same rolls as their notes say, and without it nothing breaks."""

import sys
from pathlib import Path

import numpy as np
import pytest

from gan_lab.data import music21_corpus
from gan_lab.data.midi_files import read_midi
from gan_lab.data.music21_corpus import Music21Corpus, piece_of
from gan_lab.data.piano_roll import Metre, Note, UnusablePieceError, rolls_of
from gan_lab.errors import ConfigError

# An upbeat, a tie over a bar line, a dotted note, and a rest at the end.
SONG = """X:1
T: A song
M: 4/4
L: 1/4
K: C
G | c2 d e- | e2 z G | c>d e f | g3
G | c4 | c4 |

X:2
T: A waltz
M: 3/4
L: 1/4
K: C
c2 d | e3 | c3 | c3 |
"""


@pytest.fixture
def few(monkeypatch):
    """Only the first chorales of the edition, of which the first is in 3/4."""
    music21 = pytest.importorskip("music21")
    every = music21_corpus._chorales(music21)
    monkeypatch.setattr(music21_corpus, "_chorales", lambda _: every[:4])
    return every


def test_chorales_are_whole_phrases_of_four_voices(few, cache, capfd):
    dataset = Music21Corpus(corpus="chorales")
    dataset.prepare()

    rolls = dataset.load().pixels.numpy()

    assert len(few) == 350
    assert [name for name, _ in few[:4]] == ["bwv269", "bwv347", "bwv153.1", "bwv86.6"]
    voices = (rolls > 0).sum(axis=3)
    assert 3 < voices.mean() <= 4
    said = capfd.readouterr().err
    assert "data.corpus=chorales: 1 of 4 passed over: 1 not in 4/4 (bwv269)\n" in said


def test_a_chorale_begins_with_the_chord_after_its_upbeat(few):
    piece = dict(few)["bwv347"]()

    rolls, lacks = rolls_of(piece)

    assert piece.metres == [Metre(4, 4, 4)]
    assert len(rolls) == 3
    assert lacks["in an upbeat"] == 5
    names = {"F#3": 54, "C#4": 61, "F#4": 66, "A4": 69}
    assert (np.flatnonzero(rolls[0, 0, 0]) + 24).tolist() == list(names.values())


def test_a_score_written_as_midi_by_music21_gives_the_same_rolls(few, tmp_path):
    music21 = pytest.importorskip("music21")
    pytest.importorskip("mido")
    score = music21.converter.parseData(SONG.split("\n\n")[0].replace("G | c2", "c2"), format="abc")
    score.write("midi", fp=tmp_path / "song.mid")

    written = read_midi((tmp_path / "song.mid").read_bytes())

    assert np.array_equal(rolls_of(written)[0], rolls_of(piece_of(score))[0])


def test_folk_songs_are_found_in_files_of_many(monkeypatch, tmp_path, cache):
    music21 = pytest.importorskip("music21")
    folder = tmp_path / "corpus" / "essenFolksong"
    folder.mkdir(parents=True)
    (folder / "two.abc").write_text(SONG)
    monkeypatch.setattr(music21, "__file__", str(tmp_path / "__init__.py"))

    (one, read_one), (two, read_two) = music21_corpus._folk_songs(music21)
    piece = read_one()

    assert (one, two) == ("two/1", "two/2")
    assert piece.metres == [Metre(4, 4, 4)]
    assert sorted(piece.notes)[:5] == [
        Note(0, 4, 67),
        Note(4, 12, 72),
        Note(12, 16, 74),
        Note(16, 20, 76),
        Note(20, 28, 76),
    ]
    assert len(rolls_of(piece)[0]) == 1
    with pytest.raises(UnusablePieceError, match=r"^not in 4/4$"):
        read_two()


def test_without_music21_the_command_that_installs_it_is_told(monkeypatch, cache):
    monkeypatch.setitem(sys.modules, "music21", None)
    told = r"^data=music21 needs the package music21: .*python -m pip install .*music21$"
    with pytest.raises(ConfigError, match=told):
        Music21Corpus(corpus="chorales").prepare()


def test_what_is_prepared_needs_no_music21(few, cache, monkeypatch):
    Music21Corpus(corpus="chorales").prepare()
    monkeypatch.setitem(sys.modules, "music21", None)

    Music21Corpus(corpus="chorales").prepare()

    assert len(Music21Corpus(corpus="chorales").load()) > 0
    assert Path(Music21Corpus(corpus="chorales").prepared).parent == cache / "music21"
