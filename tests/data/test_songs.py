"""Songs to translate: one file, a folder or an archive, and what may be in a stranger's file."""

import os
import zipfile

import pytest

from gan_lab.data.songs import read_songs
from gan_lab.errors import DataError
from tests.data.midi_bytes import metre, midi, note

pytest.importorskip("mido")


def tune(pitch, bars=4):
    return midi(b"".join(note(pitch, 480, after=1440 * (bar > 0)) for bar in range(bars)))


def test_a_file_is_one_song(tmp_path):
    path = tmp_path / "song.MID"
    path.write_bytes(tune(60, bars=9))

    (song,), said = read_songs(str(path))

    assert song.name == "song.MID"
    assert song.rolls.shape == (2, 1, 64, 84)
    assert said == f"images={path}: 2 phrases of four bars in 1 song; 1 note elsewhere, left out."


def test_a_folder_and_an_archive_of_it_hold_the_same_songs(tmp_path):
    folder = tmp_path / "songs"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.mid").write_bytes(tune(60))
    (folder / "deep" / "two.midi").write_bytes(tune(62))
    (folder / "waltz.mid").write_bytes(midi(metre(3, 2) + note(60, 9600)))
    with zipfile.ZipFile(tmp_path / "songs.zip", "w") as archive:
        for path in folder.rglob("*.mid*"):
            archive.write(path, path.relative_to(folder))

    for place in (folder, tmp_path / "songs.zip"):
        songs, said = read_songs(str(place))
        assert [song.name for song in songs] == ["deep/two.midi", "one.mid"]
        assert "2 phrases of four bars in 2 songs; 1 of 3 passed over: 1 not in 4/4" in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "no MIDI inside"),
        (b"", "no MIDI inside"),
        (tune(60)[:-9], "damaged"),
        (b"MThd" + b"\xff" * 600, "damaged"),
        (midi(), "without notes"),
        (midi(metre(3, 2) + note(60, 9600)), "not in 4/4"),
        (tune(60, bars=3), "shorter than four bars"),
    ],
)
def test_what_cannot_be_translated_is_refused_with_its_reason(content, reason, tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(content)

    with pytest.raises(DataError, match=rf"^images=.*song\.mid has nothing .* 1 {reason} \(song"):
        read_songs(str(path))


def test_a_file_that_is_none_or_too_large_is_refused(tmp_path):
    (tmp_path / "large.mid").write_bytes(b"MThd" + b"\0" * (1 << 20))
    os.mkfifo(tmp_path / "pipe.mid")
    (tmp_path / "empty").mkdir()
    (tmp_path / "song.txt").write_bytes(tune(60))

    for name in ("absent.mid", "large.mid", "pipe.mid"):
        with pytest.raises(DataError, match=rf"^images=.*{name} cannot be read"):
            read_songs(str(tmp_path / name))
    with pytest.raises(DataError, match=r"song\.txt is no music by its ending; .* \.mid files"):
        read_songs(str(tmp_path / "song.txt"))
    for name in ("absent", "empty"):
        with pytest.raises(DataError, match=rf"^images=.*{name}"):
            read_songs(str(tmp_path / name))
