"""Folders, locks and files that appear whole or not at all."""

import os
import subprocess
import sys

import pytest

from gan_lab.data.files import data_folder, locked, workspace
from gan_lab.durable import UNFINISHED, replacing
from gan_lab.errors import DataError


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    assert data_folder("mnist") == tmp_path / "mnist"


def test_the_cache_is_the_users_own_otherwise(monkeypatch):
    monkeypatch.delenv("GAN_LAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
    assert "gan_lab" in data_folder("mnist").parts


def test_a_folder_of_the_users_own_comes_before_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(data_folder("mnist", "~/data")) == "/home/someone/data"


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    message = r"file/mnist cannot be written.*data\.dir=.*GAN_LAB_DATA"
    with pytest.raises(DataError, match=message), locked(tmp_path / "file" / "mnist"):
        pass


def test_a_full_disk_is_told_as_such(tmp_path):
    with pytest.raises(DataError, match="No space left on device"), locked(tmp_path):
        raise OSError(28, os.strerror(28))


def test_a_file_is_replaced_only_when_its_writer_succeeds(tmp_path):
    path = tmp_path / "numbers"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), replacing(path) as file:
        file.write(b"half of the ne")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_workspace_is_gone_afterwards(tmp_path):
    with workspace(tmp_path) as folder:
        (folder / "download").write_bytes(b"bytes")
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_left_is_swept_and_nothing_else(tmp_path):
    (tmp_path / f"{UNFINISHED}12-mnist").write_bytes(b"half")
    (tmp_path / f"{UNFINISHED}folder").mkdir()
    (tmp_path / f"{UNFINISHED}folder" / "download").write_bytes(b"half")
    (tmp_path / "mine.partial").write_bytes(b"of the user")
    with locked(tmp_path):
        left = {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert left == {"mine.partial"}


def test_a_second_process_waits_and_says_so(tmp_path):
    code = "import sys; from pathlib import Path; from gan_lab.data.files import locked\n"
    code += "with locked(Path(sys.argv[1])): print('in')"
    with locked(tmp_path):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "waiting for another process" in process.stderr.readline()
        assert process.poll() is None
    assert process.communicate(timeout=30)[0] == "in\n"
