"""Pictures brought to one shape: by threads or processes, at once or in parts."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from PIL import Image

from gan_lab.data import decoders, decoding, parts, store
from gan_lab.data.folder import Folder
from gan_lab.errors import DataError

KILLED = -signal.SIGKILL
PREPARE = "import sys; from gan_lab.data.folder import Folder; Folder(dir=sys.argv[1]).prepare()"


@pytest.fixture
def pictures(tmp_path, cache):
    """Twenty-three pictures of two classes in order of their shade, of which two are damaged."""
    for number in range(23):
        folder = tmp_path / "own" / "ab"[number >= 12]
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 9), (10 * number, 0, 0)).save(folder / f"{number:02}.png")
    for name in ("a/05.png", "b/20.png"):
        (tmp_path / "own" / name).write_bytes(b"damaged")
    return tmp_path / "own"


@pytest.fixture
def in_parts(monkeypatch):
    """Parts of eight pictures, which are two blocks."""
    monkeypatch.setattr(decoding, "BLOCK", 4)
    monkeypatch.setattr(decoding, "PART_BYTES", 8 * 3 * 32 * 32)


def prepared(root, **options):
    dataset = Folder(dir=str(root), **options)
    dataset.prepare()
    return dataset


def known(dataset):
    images = dataset.load()
    shades = images.pixels[:, 0, 5, 5].tolist()
    notes = store.read_notes(dataset.prepared)
    return shades, images.labels.tolist(), notes, dataset.originals


def test_parts_make_the_same_file_and_are_removed(pictures, tmp_path, monkeypatch, in_parts):
    whole = known(prepared(pictures))
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "at once"))
    monkeypatch.setattr(decoding, "PART_BYTES", 1 << 20)
    at_once = known(prepared(pictures))

    assert whole == at_once
    assert whole[0] == [10 * number for number in range(23) if number not in (5, 20)]
    assert "2 of 23 passed over" in whole[2][1]
    assert not list(tmp_path.rglob("*.parts"))


@pytest.mark.slow
def test_processes_find_what_threads_find(pictures, tmp_path, monkeypatch, in_parts):
    by_threads = known(prepared(pictures))
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "processes"))
    monkeypatch.setattr(decoders, "MANY", 20)
    monkeypatch.setattr(decoders, "PROCESSORS", 2)

    assert known(prepared(pictures)) == by_threads


@pytest.mark.slow
def test_pictures_of_a_zip_go_to_processes_too(pictures, tmp_path, monkeypatch, in_parts):
    archive = shutil.make_archive(str(tmp_path / "own"), "zip", pictures)
    by_threads = known(prepared(pictures))
    monkeypatch.setattr(decoders, "MANY", 20)
    monkeypatch.setattr(decoders, "PROCESSORS", 2)

    assert known(prepared(archive))[:2] == by_threads[:2]


def test_a_killed_preparation_goes_on_behind_its_parts(
    pictures, tmp_path, monkeypatch, in_parts, capfd
):
    undisturbed = prepared(pictures)
    expected = store.content_sha256(undisturbed.prepared)
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "killed"))
    code = (
        "from gan_lab.data import decoding; decoding.BLOCK = 4; "
        f"decoding.PART_BYTES = {decoding.PART_BYTES}; {PREPARE}"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(pictures)],
        env=os.environ | {"GAN_LAB_FAULT": "before_rename/8-16.safetensors:1"},
        capture_output=True,
        check=False,
    )
    names = sorted(file.name for file in tmp_path.rglob("killed/**/*.parts/*"))
    decode, seen = decoding.Fitting.decode, []
    monkeypatch.setattr(
        decoding.Fitting, "decode", lambda *given: seen.append(given[2]) or decode(*given)
    )
    again = prepared(pictures)

    assert killed.returncode == KILLED
    assert "0-8.safetensors" in names
    assert "8-16.safetensors" not in names
    assert sorted(seen) == [f"{'ab'[number >= 12]}/{number:02}.png" for number in range(8, 23)]
    assert "8 of 23 images are done already" in capfd.readouterr().err
    assert store.content_sha256(again.prepared) == expected
    assert not list(tmp_path.rglob("*.parts"))


def test_a_damaged_part_is_named(pictures, monkeypatch, in_parts):
    def torn(self, which, *given):
        write(self, which, *given)
        self.file(which).write_bytes(self.file(which).read_bytes()[:-100])

    write = parts.Parts.write
    monkeypatch.setattr(parts.Parts, "write", torn)

    with pytest.raises(DataError, match=r"0-8\.safetensors is truncated or altered"):
        prepared(pictures)


def test_an_unreadable_picture_is_refused_in_a_part_too(pictures, in_parts):
    with pytest.raises(DataError, match=r"a/05\.png cannot be read .*on_bad_image=skip"):
        prepared(pictures, on_bad_image="refuse")


def test_a_process_that_is_killed_is_named(pictures, monkeypatch, in_parts):
    monkeypatch.setattr(decoders, "MANY", 20)
    monkeypatch.setattr(decoders, "PROCESSORS", 2)
    start = decoders.DecodingProcess.__init__

    def killed(self, place):
        start(self, place)
        self._process.kill()

    monkeypatch.setattr(decoders.DecodingProcess, "__init__", killed)
    with pytest.raises(DataError, match=r"has ended with -9, perhaps for want of memory"):
        prepared(pictures)
