"""Files are the old ones or the whole new ones, whatever happens in between."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gan_lab.durable import (
    UNFINISHED,
    refuse_to_replace,
    remove_unfinished,
    replacing,
    sync_folder,
)

ROOT = Path(__file__).parents[1]

# Writes the file named by its argument and is killed there, by a real signal, at the given moment.
KILLED = """
import os, signal, sys
from pathlib import Path
from gan_lab.durable import replacing

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

moment, path = sys.argv[1], Path(sys.argv[2])
if moment != "body":
    setattr(os, moment, die)
with replacing(path) as file:
    file.write(b"new" * 1000)
    file.flush()
    if moment == "body":
        die()
"""


def test_the_file_is_new_after_the_body_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "numbers"
    path.write_bytes(b"old")

    with replacing(path) as file:
        file.write(b"new")
        during = path.read_bytes()

    assert during == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_not_there_appears_only_at_the_end(tmp_path):
    path = tmp_path / "numbers"

    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()

    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_in_the_body_leaves_the_old_file_and_goes_on(tmp_path, failure):
    path = tmp_path / "numbers"
    path.write_bytes(b"old")

    with pytest.raises(failure), replacing(path) as file:
        file.write(b"half of the ne")
        raise failure

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("moment", ["body", "fsync", "replace"])
def test_a_kill_during_the_write_leaves_the_old_file(tmp_path, moment):
    path = tmp_path / "numbers"
    path.write_bytes(b"old")

    killed = subprocess.run([sys.executable, "-c", KILLED, moment, str(path)], cwd=ROOT)

    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    leftover = [other.name for other in tmp_path.iterdir() if other != path]
    assert len(leftover) == 1 and leftover[0].startswith(UNFINISHED)


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_return(tmp_path, monkeypatch):
    path = tmp_path / "numbers"
    events = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle):
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            events.append(f"fsync of folder {about.st_ino}")
        else:
            events.append(f"fsync of file {about.st_ino} with {about.st_size} bytes")
        fsync(handle)

    def watched_replace(source, target):
        events.append(f"{os.stat(source).st_ino} becomes {target}")  # noqa: PTH116 - as the code does
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)

    with replacing(path) as file:
        file.write(b"x" * 50)
        inode = os.fstat(file.fileno()).st_ino

    assert events == [
        f"fsync of file {inode} with 50 bytes",
        f"{inode} becomes {path}",
        f"fsync of folder {tmp_path.stat().st_ino}",
    ]


def test_the_temporary_file_lies_beside_the_target_whatever_tmpdir_says(tmp_path, monkeypatch):
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    home.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))

    with replacing(home / "numbers"):
        at_home = [path.name for path in home.iterdir()]
        away = list(elsewhere.iterdir())

    assert len(at_home) == 1 and at_home[0].startswith(UNFINISHED)
    assert away == []


def test_sync_folder_closes_what_it_opens(tmp_path):
    def lowest_free_handle():
        handle = os.open(tmp_path, os.O_RDONLY)
        os.close(handle)
        return handle

    before = lowest_free_handle()

    sync_folder(tmp_path)

    assert lowest_free_handle() == before


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "dead link", "loop"])
def test_what_is_no_file_is_not_replaced(tmp_path, kind):
    theirs, path = tmp_path / "theirs", tmp_path / "out.png"
    theirs.write_text("theirs")
    {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "link": lambda: path.symlink_to(theirs),
        "dead link": lambda: path.symlink_to(tmp_path / "nowhere"),
        "loop": lambda: path.symlink_to(path),
    }[kind]()
    before = path.lstat().st_ino

    with pytest.raises(OSError, match=r"out\.png is .*, not a file"), replacing(path) as file:
        file.write(b"new")

    assert path.lstat().st_ino == before
    assert theirs.read_text() == "theirs"


def test_a_device_is_not_replaced():
    with pytest.raises(OSError, match="null is a device, not a file"):
        refuse_to_replace(Path("/dev/null"))


def test_only_unfinished_files_are_removed(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.pdf").touch()
    (tmp_path / f"{UNFINISHED}1-a").touch()
    (tmp_path / f"{UNFINISHED}2-b").symlink_to(tmp_path / "theirs" / "thesis.pdf")
    (tmp_path / f"{UNFINISHED}3-c").symlink_to(tmp_path / "theirs")

    remove_unfinished(tmp_path)

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"{UNFINISHED}2-b", f"{UNFINISHED}3-c", "theirs"]
    assert (tmp_path / "theirs" / "thesis.pdf").exists()


def test_the_unfinished_file_is_not_written_through_a_link(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    (tmp_path / f"{UNFINISHED}{os.getpid()}-out").symlink_to(theirs)

    with replacing(tmp_path / "out") as file:
        file.write(b"ours")

    assert theirs.read_text() == "theirs"
    assert (tmp_path / "out").read_bytes() == b"ours"
