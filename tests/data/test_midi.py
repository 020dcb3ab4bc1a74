"""A folder of one's own MIDI files, and what may lie in it."""

import os
import zipfile

import pytest

from gan_lab.data.midi import Midi
from gan_lab.errors import ConfigError, DataError
from tests.data.midi_bytes import END, metre, midi, note, ticks

pytest.importorskip("mido")


def tune(pitch, bars=4):
    return midi(b"".join(note(pitch, 480, after=1440 * (bar > 0)) for bar in range(bars)))


@pytest.fixture
def folder(tmp_path):
    """Twenty tunes among files that are none."""
    root = tmp_path / "my songs"
    (root / "deep" / "er").mkdir(parents=True)
    for index in range(20):
        place = root / "deep" / "er" if index % 2 else root
        (place / f"{index}.{'MID' if index % 3 else 'midi'}").write_bytes(tune(40 + index))
    return root


def loaded(path, **options):
    dataset = Midi(dir=str(path), **options)
    dataset.prepare()
    return dataset.load()


def lowest(images):
    return sorted((images.pixels[:, 0, 0] > 0).float().argmax(1).add(24).tolist())


def test_files_at_any_depth_are_read_and_divided(folder, cache):
    train, test = loaded(folder), loaded(folder, split="test")

    assert (len(train), len(test)) == (18, 2)
    assert sorted(lowest(train) + lowest(test)) == list(range(40, 60))


def test_a_zip_is_read_like_the_folder(folder, cache, tmp_path):
    with zipfile.ZipFile(tmp_path / "songs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*.mid*"):
            archive.write(path, path.relative_to(tmp_path))
        archive.writestr("bomb.mid", b"MThd" + b"\0" * (64 << 20))
        for path in folder.rglob("*.MID"):
            archive.write(path, path.relative_to(tmp_path))

    assert lowest(loaded(tmp_path / "songs.zip")) == lowest(loaded(folder))


def test_what_is_no_use_is_passed_over_and_counted_by_reason(folder, cache, capfd):
    bad = {
        "text.mid": b"hello",
        "empty.mid": b"",
        "cut.mid": tune(60)[:-9],
        "large.mid": b"MThd" + b"\0" * (1 << 20),
        "silent.mid": midi(),
        "drums.mid": midi(note(38, 480, channel=9)),
        "waltz.mid": midi(metre(3, 2) + note(60, 9600)),
        "short.mid": tune(60, bars=3),
        "long.mid": midi(
            b"\x00\x90\x3c\x40" + ticks((1 << 28) - 1) + b"\x80\x3c\x00" + END, division=1
        ),
        "copy.mid": tune(45),
        "notes.pdf": b"%PDF",
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe.mid")
    (folder / "zero.mid").symlink_to("/dev/zero")
    (folder / "dead.mid").symlink_to("nowhere")

    assert len(loaded(folder)) == 18

    said = capfd.readouterr().err
    for words in (
        f"data.dir={folder}: train has 18 phrases of 18 pieces; test has 2 phrases of 2 pieces\n",
        f"data.dir={folder}: 13 of 33 passed over: ",
        "2 no MIDI inside (empty.mid, text.mid)",
        "2 without notes (drums.mid, silent.mid)",
        "2 not files (pipe.mid, zero.mid)",
        "1 damaged (cut.mid)",
        "1 larger than 1 MiB (large.mid)",
        "1 not in 4/4 (waltz.mid)",
        "1 shorter than four bars (short.mid)",
        "1 longer than 4,096 bars (long.mid)",
        "1 the same as another (deep/er/5.MID)",
        "1 dead links (dead.mid)",
    ):
        assert words in said


def test_a_changed_folder_is_read_anew_and_an_unchanged_one_is_not(folder, cache, capfd):
    loaded(folder)
    assert "reading 20 MIDI files" in capfd.readouterr().err
    loaded(folder)
    assert "reading" not in capfd.readouterr().err
    (folder / "new.mid").write_bytes(tune(70))
    assert len(loaded(folder)) + len(loaded(folder, split="test")) == 21


def test_bad_places_are_told_in_a_sentence(tmp_path, cache):
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"")
    (tmp_path / "one.mid").write_bytes(tune(60))
    (tmp_path / "waltzes").mkdir()
    (tmp_path / "waltzes" / "a.mid").write_bytes(midi(metre(3, 2) + note(60, 9600)))
    (tmp_path / "not.zip").write_bytes(b"no")
    for name, message in {
        "absent": r"absent does not exist; name a folder or a \.zip",
        "empty": r"empty holds no MIDI file; the endings read are \.mid, \.midi\.",
        "pictures": r"holds no MIDI file \(1 of another format \(\.png\)\); the endings",
        "one.mid": r"is neither a folder nor a \.zip; name the folder",
        "waltzes": r"no piece has four bars of 4/4 to learn from: 1 not in 4/4 \(a\.mid\)",
        "not.zip": r"cannot be read: File is not a zip file",
    }.items():
        with pytest.raises(DataError, match=message):
            loaded(tmp_path / name)
    with pytest.raises(ConfigError, match=r"^data\.dir=null: data=midi needs your music"):
        Midi()
