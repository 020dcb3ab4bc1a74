"""Only files are opened, and no more is read than allowed, whatever they say of themselves."""

import gzip
import io
import os
import socket
import struct
import tracemalloc
import zipfile

import pytest

from gan_lab.safe_reading import (
    IrregularError,
    Limited,
    TooLargeError,
    is_zip,
    kind_of,
    open_member,
    open_regular,
    read_at_most,
    read_file,
)


@pytest.fixture
def irregular(tmp_path, monkeypatch):
    """A folder, a pipe, a socket, a device, and links to a pipe and a device."""
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    return ("folder", "pipe", "socket", "link", "endless")


def test_what_is_no_file_is_refused_at_once(tmp_path, irregular):
    for name in irregular:
        with pytest.raises(IrregularError, match="not a file"):
            open_regular(tmp_path / name)


def test_what_lies_somewhere_is_told_without_following_links(tmp_path, irregular):
    (tmp_path / "file").touch()

    kinds = {name: kind_of(tmp_path / name) for name in (*irregular, "file", "no", "file/no")}

    assert kinds == {
        "folder": "a folder", "pipe": "a named pipe", "socket": "a socket", "link": "a link",
        "endless": "a link", "file": "a file", "no": None, "file/no": None,
    }  # fmt: skip


def test_dead_links_and_circles_are_errors_like_missing_files(tmp_path):
    (tmp_path / "dead").symlink_to("nowhere")
    (tmp_path / "round").symlink_to("round")

    for name in ("dead", "round", "missing"):
        with pytest.raises(OSError):
            open_regular(tmp_path / name)


def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"")
    before = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(type(path), "stat", lambda self: before)

    with pytest.raises(IrregularError, match="a named pipe"):
        open_regular(path)


def test_a_file_of_just_the_limit_is_read(tmp_path):
    (tmp_path / "a").write_bytes(bytes(10_000))

    assert read_file(tmp_path / "a", 10_000) == bytes(10_000)
    with pytest.raises(TooLargeError, match="larger than 9999 bytes"):
        read_file(tmp_path / "a", 9_999)


def peak_of(function):
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_packed_file_costs_no_more_than_the_limit(tmp_path):
    (tmp_path / "packed").write_bytes(gzip.compress(bytes(64 << 20)))

    with gzip.open(tmp_path / "packed") as file:
        assert peak_of(lambda: read_at_most(file, 1 << 20)) < 4 << 20


def test_a_member_of_an_archive_costs_no_more_than_the_limit(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(64 << 20))

    with zipfile.ZipFile(tmp_path / "a.zip") as archive, open_member(archive, "bomb") as file:
        assert peak_of(lambda: read_at_most(file, 1 << 20)) < 4 << 20


def test_a_member_that_says_it_is_small_is_not_unpacked_whole(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(64 << 20))

    tracemalloc.start()
    try:
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            archive.getinfo("bomb").file_size = 1000
            with open_member(archive, "bomb") as file, pytest.raises(zipfile.BadZipFile):
                read_at_most(file, 256 << 20)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_stream_that_others_read_ends_at_the_limit(tmp_path):
    packed = io.BytesIO(gzip.compress(bytes(64 << 20)))
    with gzip.open(packed) as file:
        stream = Limited(file, 1 << 20)
        assert peak_of(lambda: [stream.read(4096) for _ in range(20_000)]) < 4 << 20


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_cannot_be_unpacked_in_steps_are_refused(packing, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", packing) as archive:
        archive.writestr("bomb", bytes(64 << 20))  # with bzip2 less than 200 bytes

    with zipfile.ZipFile(tmp_path / "a.zip") as archive, pytest.raises(OSError, match="deflate"):
        open_member(archive, "bomb")


def test_an_archive_that_would_go_on_on_another_disk_is_none(tmp_path):
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"1234")
    assert is_zip(path)

    # The locator of a 64-bit directory, in front of the end, says that there are two disks.
    content, size = path.read_bytes(), 22
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 2)
    path.write_bytes(content[:-size] + locator + content[-size:])

    assert not is_zip(path)
    assert not is_zip(tmp_path / "missing.zip")
