"""Among files anything may lie: it neither hangs nor fills the memory, and is counted by reason."""

import io
import os
import socket
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import folder_or_zip as places
from gan_lab.data import npz, pictures
from gan_lab.data.folder import Folder
from gan_lab.data.folder_or_zip import folder_at, zip_at
from gan_lab.data.resizing import BY_TYPE, eight_bits
from gan_lab.errors import DataError


def picture(kind="PNG", size=(9, 8)):
    file = io.BytesIO()
    Image.new("RGB", size, (7, 0, 0)).save(file, kind)
    return file.getvalue()


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """Two good pictures among what should never be there, in a folder."""
    root = tmp_path / "own"
    (root / "sub").mkdir(parents=True)
    monkeypatch.chdir(root)  # the path of a socket has to be short
    (root / "good.png").write_bytes(picture())
    (root / "sub" / "good.png").write_bytes(picture())
    os.mkfifo(root / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
    (root / "zero.png").symlink_to("/dev/zero")
    (root / "dead.png").symlink_to("nowhere")
    (root / "round.png").symlink_to("round.png")
    (root / "linked_pipe.png").symlink_to("pipe.png")
    (root / "circle").symlink_to(root)
    (root / "folder.png").mkdir()
    (root / "linked.png").symlink_to("good.png")
    return root


def test_only_regular_files_are_pictures(odd):
    place = folder_at(odd)

    assert place.pictures == ["good.png", "linked.png", "sub/good.png"]
    assert place.passed == {
        "dead links": ["dead.png", "round.png"],
        "not files": ["linked_pipe.png", "pipe.png", "socket.png", "zero.png"],
    }


def test_they_are_counted_by_reason_and_nothing_hangs(odd, cache, capfd):
    (odd / "logo.svg").write_text("<svg/>")
    (odd / "more.heic").write_bytes(b"")
    (odd / "README").write_text("")
    (odd / "cut.png").write_bytes(picture(size=(300, 300))[:-40])
    dataset = Folder(dir=str(odd))

    dataset.prepare()

    assert len(dataset.load()) == 3
    said = capfd.readouterr().err
    assert f"{odd}: 3 images without labels (" in said
    assert "9 of 12 passed over: 4 not files (" in said
    assert "2 dead links (dead.png, round.png)" in said
    assert "1 of another format (.heic) (more.heic), 1 of another format (.svg) (logo.svg)" in said
    assert "1 truncated (cut.png)" in said


def test_the_place_itself_may_be_a_pipe(tmp_path, cache):
    for ending in (".zip", ".npz"):
        os.mkfifo(tmp_path / f"pipe{ending}")
        with pytest.raises(DataError, match=r"cannot be read: .* is a named pipe, not a file"):
            Folder(dir=str(tmp_path / f"pipe{ending}")).prepare()


def test_a_picture_that_becomes_a_pipe_before_it_is_read_is_passed_over(odd, cache):
    place = folder_at(odd)
    (odd / "good.png").unlink()
    os.mkfifo(odd / "good.png")

    with place.opened() as read, pytest.raises(pictures.UnreadablePictureError, match="not files"):
        read("good.png")


def lying_zip(path, name, content, declared):
    """Write an archive whose directory and member both say that the member has `declared` bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.png", picture())
        archive.writestr(name, content)
    data = bytearray(path.read_bytes())
    true, false = struct.pack("<I", len(content)), struct.pack("<I", declared)
    assert data.count(true) >= 2
    path.write_bytes(bytes(data).replace(true, false))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(name).file_size == declared


def peak_of(function):
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("declared", [1000, 1 << 20, 1 << 31])
def test_a_member_that_lies_about_its_size_costs_no_more_than_the_limit(
    declared, tmp_path, cache, monkeypatch, capfd
):
    monkeypatch.setattr(places, "LARGEST_FILE_BYTES", 4 << 20)
    path = tmp_path / "own.zip"
    lying_zip(path, "bomb.png", bytes(96 << 20), declared)
    dataset = Folder(dir=str(path), size=8)

    assert peak_of(dataset.prepare) < 24 << 20

    assert len(dataset.load()) == 1
    assert "1 of 2 passed over: " in capfd.readouterr().err


@pytest.mark.parametrize("member", ["labels.npy", "class_names.npy", "images.npy"])
def test_an_npz_that_lies_about_its_sizes_costs_no_more_than_the_limit(
    member, tmp_path, cache, monkeypatch
):
    monkeypatch.setattr(npz, "LARGEST_BYTES", 4 << 20)
    header = io.BytesIO()
    about = {"descr": "|u1", "fortran_order": False, "shape": (1, 1 << 13, 1 << 13)}
    np.lib.format.write_array_header_1_0(header, about)
    honest = io.BytesIO()
    np.save(honest, np.zeros((1, 8, 8), np.uint8))
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if member != "images.npy":
            archive.writestr("images.npy", honest.getvalue())
        archive.writestr(member, header.getvalue() + bytes(64 << 20))

    def refused():
        with pytest.raises(DataError, match=rf"{member} is larger than 4 MiB"):
            Folder(dir=str(path)).prepare()

    assert peak_of(refused) < 24 << 20


def test_a_header_of_gigabytes_is_not_read(tmp_path, cache):
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", b"\x93NUMPY\x02\x00" + b"\xff" * 4 + b" " * (64 << 20))

    def refused():
        with pytest.raises(DataError, match="its header is larger than 64 KiB"):
            Folder(dir=str(path)).prepare()

    assert peak_of(refused) < 16 << 20


def png(width, height, *chunks):
    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *(chunk(*part) for part in chunks), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_large_deep_picture_is_scaled_in_parts():
    levels = np.zeros((4096, 2048, 3), np.uint16)
    assert peak_of(lambda: eight_bits(levels, BY_TYPE)) < 72 << 20  # 24 of them the result


BOMB = zlib.compress(bytes(64 << 20))


@pytest.mark.parametrize(
    "content",
    [
        png(60_000, 60_000, (b"IDAT", BOMB)),
        png(2**31 - 1, 2**31 - 1, (b"IDAT", BOMB)),
        png(8, 8, (b"iCCP", b"x\0\0" + BOMB), (b"IDAT", zlib.compress(bytes(72)))),
        png(8, 8, (b"zTXt", b"x\0\0" + BOMB), (b"IDAT", zlib.compress(bytes(72)))),
        png(8, 8, (b"IDAT", BOMB)),
    ],
    ids=["many pixels", "more pixels", "profile", "text", "rows"],
)
def test_a_picture_that_unpacks_to_far_more_than_itself_costs_little(content, tmp_path, cache):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "good.png").write_bytes(picture())
    (tmp_path / "own" / "bomb.png").write_bytes(content)

    assert peak_of(Folder(dir=str(tmp_path / "own")).prepare) < 24 << 20


def test_archives_of_other_programs_read_like_ours(tmp_path):
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("own\\cat\\1.png", picture())
        archive.writestr("/own/cat/2.png", picture())
        archive.writestr("../own/cat/3.png", picture())
        archive.writestr("own/cat/", b"")
        archive.writestr("__MACOSX/own/cat/._1.png", b"")
        archive.writestr("own/cat/secret.png", b"")
        archive.getinfo("own/cat/secret.png").flag_bits |= 1

    place = zip_at(path)

    assert place.pictures == ["own/cat/1.png", "own/cat/2.png", "own/cat/3.png"]
    assert place.passed == {"encrypted": ["own/cat/secret.png"]}
    with place.opened() as read:
        assert read("own/cat/1.png") == read("own/cat/3.png") == picture()
        assert read("own/cat/2.png", 4) == b"\x89PNG"


def test_names_of_very_many_folders_are_passed_over(tmp_path):
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/" * 30_000 + "1.png", picture())
        archive.writestr("a/" * 60 + "2.png", picture())

    place = zip_at(path)

    assert place.pictures == ["a/" * 60 + "2.png"]
    assert list(place.passed) == ["in more than 64 folders"]


def test_of_many_other_formats_the_most_frequent_are_named(tmp_path, cache):
    for ending in ("doc", "log", "cfg", "ini", "asc", "txt"):
        (tmp_path / f"a.{ending}").touch()
    (tmp_path / "b.txt").touch()

    with pytest.raises(DataError, match=r"\(2 of another format \(\.txt\), (1 [^,]+, ){4}\.\.\.\)"):
        Folder(dir=str(tmp_path)).prepare()


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_where_no_picture_is_the_files_that_may_hold_them_are_counted(form, tmp_path, cache):
    root = tmp_path / "own"
    (root / "data").mkdir(parents=True)
    for name in ("data/train-00000-of-00001.parquet", "data/images.zip", "scan.dcm"):
        (root / name).write_bytes(b"")
    if form == "zip":
        with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
            for file in root.rglob("*.*"):
                archive.write(file, file.relative_to(root))
        root = tmp_path / "own.zip"

    with pytest.raises(DataError, match=r"holds no image \(1 .*\.dcm.*1 .*\.parquet.*1 .*\.zip"):
        Folder(dir=str(root)).prepare()

    if form == "folder":
        (root / "a.png").write_bytes(picture())
        assert list(folder_at(root).passed) == ["of another format (.dcm)"]


def test_a_folder_that_may_not_be_read_is_counted(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "good.png").write_bytes(picture())
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)  # the tests may run as root

    place = folder_at(tmp_path)

    assert place.pictures == ["good.png"]
    assert place.passed == {"folders without read permission": [str(tmp_path / "closed")]}
