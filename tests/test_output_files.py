"""Where a task's files go, and what they never take the place of."""

import json
import multiprocessing
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_lab import output_files as output
from gan_lab.durable import release_claims
from gan_lab.errors import ConfigError
from gan_lab.output_files import output_file, output_folder

PICTURE = Image.new("RGB", (3, 2))
WRITERS = {
    "a.png": lambda path: output.write_picture(path, PICTURE),
    "a.gif": lambda path: output.write_animation(path, [PICTURE, PICTURE], 10),
    "a.npz": lambda path: output.write_npz(path, {"x": np.arange(3), "y": np.zeros(1)}),
    "a.json": lambda path: output.write_record(path, {"metrics": {}}),
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_pictures_and_arrays_are_written_into_a_new_folder(here):
    out = output_folder("new/folder", "samples", ["one.png", "two.npz"])

    output.write_pictures(out, {"one": PICTURE})
    output.write_arrays(out, "two", {"x": np.arange(3)})

    with Image.open(here / "new" / "folder" / "one.png") as picture:
        assert picture.size == (3, 2)
    with np.load(out / "two.npz") as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", WRITERS)
def test_what_gan_lab_wrote_is_replaced_if_typed_and_kept_if_not(here, name):
    write = WRITERS[name]
    write(output_file(None, name))
    write(output_file(name, "x"))  # its own
    write(output_file(None, name))
    write(output_file(None, name))

    ending = Path(name).suffix
    assert {path.name for path in here.iterdir()} == {name, f"a-2{ending}", f"a-3{ending}"}


@pytest.mark.parametrize("name", WRITERS)
def test_what_another_program_wrote_is_refused_and_kept(here, name):
    theirs = here / f"theirs{Path(name).suffix}"
    PICTURE.save(here / "theirs.png")
    PICTURE.save(here / "theirs.gif")
    np.savez(here / "theirs.npz", x=np.arange(3))
    (here / "theirs.json").write_text(json.dumps({"made by": "another"}))
    before = theirs.read_bytes()

    with pytest.raises(ConfigError, match=r"was not written by gan_lab\. Name another file"):
        output_file(theirs.name, name)

    assert theirs.read_bytes() == before


def test_marks_change_nothing_that_is_read(here):
    for name, write in WRITERS.items():
        write(here / name)

    with np.load(here / "a.npz") as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]
        assert arrays.files == ["x", "y"]
    with Image.open(here / "a.gif") as animation:
        assert animation.info["comment"] == b"gan_lab"
    assert json.loads((here / "a.json").read_text()) == {"software": "gan_lab", "metrics": {}}


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (".", "is a folder; name a file, as in out=samples.png"),
        ("/", "is a folder; name a file"),
        ("folder", "is a folder; name a file, as in out=folder/samples.png"),
        ("new/", "is a folder; name a file"),
        ("", "out='' is empty"),
        ("  ", "is empty"),
        ("pipe", "is a named pipe, not a file"),
        ("link", "is a link, not a file"),
        ("dead", "is a link, not a file"),
        ("/dev/null", "is a device, not a file"),
        ("file/x.png", "cannot be written .*file is not a folder"),
        ("a\0b", "cannot be written"),
        ("n" * 300, "cannot be written .*too long"),
        ("/proc/nowhere/x.png", None),
    ],
)
def test_what_is_no_file_is_refused_before_any_work(here, typed, complaint):
    (here / "folder").mkdir()
    (here / "file").write_text("theirs")
    os.mkfifo(here / "pipe")
    (here / "link").symlink_to("file")
    (here / "dead").symlink_to("nowhere")

    with pytest.raises(ConfigError, match=complaint):
        output.write_picture(output_file(typed, "samples.png"), PICTURE)

    assert {path.name for path in here.iterdir()} == {"folder", "file", "pipe", "link", "dead"}
    assert (here / "file").read_text() == "theirs"


def test_a_default_folder_that_is_there_gives_way_to_the_next(here):
    (here / "samples").mkdir()
    (here / "samples-2").symlink_to(here / "samples")

    assert output_folder(None, "samples", []) == Path("samples-3")
    assert output_folder(None, "samples", []) == Path("samples-4")


def claim(make, start, answers):
    start.wait()
    answers.put(make(None, "samples", *([[]] if make is output_folder else [])))


@pytest.mark.parametrize("make", [output_file, output_folder])
def test_commands_that_begin_in_the_same_second_get_one_place_each(make):
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Event(), fork.Queue()
    commands = [fork.Process(target=claim, args=(make, start, answers)) for _ in range(6)]
    for command in commands:
        command.start()
    start.set()
    places = [str(answers.get(timeout=60)) for _ in commands]
    for command in commands:
        command.join()

    assert sorted(places) == ["samples", *(f"samples-{number}" for number in range(2, 7))]


def test_a_place_that_nothing_came_to_is_given_back(here):
    used, unused = output_file(None, "a.png"), output_file(None, "a.png")
    folder, empty = output_folder(None, "a", []), output_folder(None, "a", [])
    output.write_picture(used, PICTURE)
    output.write_pictures(folder, {"one": PICTURE})

    release_claims()

    assert not unused.exists()
    assert not empty.exists()
    assert {path.name for path in here.iterdir()} == {"a.png", "a"}


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "is empty"),
        ("file", "out=file cannot be written"),
        ("file/x", "cannot be written"),
        ("pipe", "cannot be written"),
        ("/dev/null", "cannot be written"),
        ("folder", "out=folder/one.png already exists and was not written by gan_lab"),
        ("other", "out=other/one.png is a link, not a file"),
        ("a\0b", "cannot be written"),
    ],
)
def test_a_folder_that_cannot_be_had_is_named(here, typed, complaint):
    (here / "file").touch()
    os.mkfifo(here / "pipe")
    (here / "folder").mkdir()
    (here / "folder" / "one.png").write_text("theirs")
    (here / "other").mkdir()
    (here / "other" / "one.png").symlink_to("/etc/passwd")

    with pytest.raises(ConfigError, match=complaint):
        output_folder(typed, "samples", ["one.png"])


def test_a_home_directory_is_a_tilde(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))

    assert output_file("~/a.png", "samples.png") == here / "a.png"
