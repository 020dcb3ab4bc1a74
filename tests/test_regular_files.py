"""What is no file is neither opened nor replaced."""

import os
import socket
from pathlib import Path

import pytest

from gan_lab.durable import remove_unfinished, replacing
from gan_lab.regular_files import UnusableFileError, kind_of, read_file


def lay(kind, path):
    """Leave something that is no file at `path`."""
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    elif kind == "a dead link":
        path.symlink_to(path.with_name("nowhere"))
    elif kind == "a loop":
        path.symlink_to(path)
    elif kind == "a link to a device":
        path.symlink_to("/dev/zero")
    elif kind == "a link":
        path.with_name("theirs").write_text("theirs")
        path.symlink_to(path.with_name("theirs"))
    return path


NO_FILES = (
    "a folder",
    "a pipe",
    "a socket",
    "a dead link",
    "a loop",
    "a link to a device",
    "a link",
)


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_named_and_not_read(tmp_path, kind):
    path = lay(kind, tmp_path / "metrics.csv")

    said = "a link" if "link" in kind or kind == "a loop" else kind
    assert kind_of(path) == said
    with pytest.raises(UnusableFileError, match=f"^is {said}, not a file$"):
        read_file(path, 10)


def test_a_device_is_no_file():
    with pytest.raises(UnusableFileError, match="is a device"):
        read_file(Path("/dev/zero"), 10)


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_not_replaced(tmp_path, kind):
    path = lay(kind, tmp_path / "out.png")
    before = path.lstat().st_ino

    with pytest.raises(OSError, match=r"out\.png is .*, not a file"), replacing(path) as file:
        file.write(b"new")

    assert path.lstat().st_ino == before
    assert not (tmp_path / "theirs").exists() or (tmp_path / "theirs").read_text() == "theirs"


def test_no_more_is_read_than_a_file_may_have(tmp_path):
    path = tmp_path / "summary.json"
    path.write_bytes(b"0123456789")

    assert read_file(path, 10) == b"0123456789"
    with pytest.raises(UnusableFileError, match="larger than 9 bytes"):
        read_file(path, 9)
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    with pytest.raises(UnusableFileError, match="larger than 10 bytes"):
        read_file(path, 10)


def test_what_is_not_there_is_no_mistake_and_what_cannot_be_is_one(tmp_path):
    assert read_file(tmp_path / "a", 10) is None
    assert read_file(tmp_path / "a" / "b", 10) is None
    with pytest.raises(UnusableFileError, match="cannot be read"):
        read_file(tmp_path / ("n" * 300), 10)
    with pytest.raises(UnusableFileError, match="cannot be read"):
        read_file(tmp_path / "a\0b", 10)


def test_only_unfinished_files_are_removed(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.pdf").touch()
    (tmp_path / ".gan_lab-unfinished-1-a").touch()
    (tmp_path / ".gan_lab-unfinished-2-b").symlink_to(tmp_path / "theirs" / "thesis.pdf")
    (tmp_path / ".gan_lab-unfinished-3-c").symlink_to(tmp_path / "theirs")

    remove_unfinished(tmp_path)

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".gan_lab-unfinished-2-b", ".gan_lab-unfinished-3-c", "theirs"]
    assert (tmp_path / "theirs" / "thesis.pdf").exists()


def test_the_unfinished_file_is_not_written_through_a_link(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    (tmp_path / f".gan_lab-unfinished-{os.getpid()}-out").symlink_to(theirs)

    with replacing(tmp_path / "out") as file:
        file.write(b"ours")

    assert theirs.read_text() == "theirs"
    assert (tmp_path / "out").read_bytes() == b"ours"
