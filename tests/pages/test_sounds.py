"""Music inside a page: its notes, and nothing of a file that is none."""

import json

import numpy as np
import pytest

from gan_lab.data.midi_files import write_midi
from gan_lab.pages.run_page import write_run_page
from gan_lab.pages.sounds import notes_in
from gan_lab.runs.directory import RunDirectory
from tests.pages.made import make_run

pytest.importorskip("mido")


def write_two_notes(path):
    rolls = np.zeros((1, 1, 64, 84), np.uint8)
    rolls[0, 0, 4:8, 36] = rolls[0, 0, 0:16, 48] = 255
    write_midi(rolls, path)


def test_notes_have_start_length_and_pitch(tmp_path):
    write_two_notes(tmp_path / "song.mid")

    assert json.loads(notes_in(tmp_path / "song.mid")) == [[0, 16, 72], [4, 4, 60]]


@pytest.mark.parametrize("content", [b"", b"MThd", b"hello", b"MThd" + b"\xff" * 600])
def test_of_a_file_that_is_none_nothing_is_played(content, tmp_path):
    (tmp_path / "song.mid").write_bytes(content)

    assert notes_in(tmp_path / "song.mid") == ""
    assert notes_in(tmp_path / "absent.mid") == ""


def test_the_newest_samples_of_a_run_can_be_played(tmp_path):
    make_run(tmp_path / "run")
    for iteration in (100, 200):
        write_two_notes(tmp_path / "run" / "samples" / f"{iteration:08d}.mid")
    write_run_page(RunDirectory(tmp_path / "run"))

    page = (tmp_path / "run" / "report.html").read_text()
    assert page.count("data-notes=") == 1
    assert 'data-notes="[[0.0, 16.0, 72], [4.0, 4.0, 60]]"' in page.replace("&#34;", '"')
    assert "Play iteration 200" in page


def test_a_run_without_music_has_no_such_button(tmp_path):
    make_run(tmp_path / "run")
    write_run_page(RunDirectory(tmp_path / "run"))

    assert "data-notes=" not in (tmp_path / "run" / "report.html").read_text().split("<main")[-1]
