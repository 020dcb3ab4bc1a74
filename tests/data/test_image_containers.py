"""A folder, a zip and an npz seen as one list of images."""

import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_lab.data.image_containers import open_source
from gan_lab.data.resizing import Fitting
from gan_lab.errors import DataError


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "pictures"
    for label, gray in (("a", 10), ("b", 200)):
        (root / label).mkdir(parents=True)
        Image.new("L", (9, 9), gray).save(root / label / "one.png")
    return root


def selected(source):
    return source.select(split="train", labels="auto", level=1)


def listed(source, channels=1):
    fitting = Fitting(8, 8, channels)
    with selected(source).opened() as items:
        return [(item.name, item.label, int(item.fitted(fitting).pixels.mean())) for item in items]


def test_a_folder_and_a_zip_of_it_hold_the_same_images(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for path in folder.rglob("*.png"):
            archive.write(path, path.relative_to(folder))

    expected = [("a/one.png", 0, 10), ("b/one.png", 1, 200)]
    assert listed(open_source(folder)) == expected
    assert listed(open_source(tmp_path / "pictures.zip")) == expected
    assert selected(open_source(folder)).class_names == ("a", "b")


def test_an_npz_of_either_layout_holds_its_images_in_order(tmp_path):
    images = np.stack([np.full((8, 8, 3), gray, np.uint8) for gray in (1, 2, 3)])
    np.savez(tmp_path / "last.npz", images=images)
    np.savez(tmp_path / "first.npz", images=images.transpose(0, 3, 1, 2))

    for name in ("last.npz", "first.npz"):
        source = open_source(tmp_path / name)
        assert [mean for _, _, mean in listed(source, channels=3)] == [1, 2, 3]
        assert (selected(source).count, selected(source).class_names) == (3, ())


def test_the_fingerprint_tells_a_changed_folder_from_the_old_one(folder):
    before = open_source(folder).fingerprint
    same = open_source(folder).fingerprint

    os.utime(folder / "a" / "one.png", ns=(1, 1))

    assert before == same
    assert open_source(folder).fingerprint != before


def bmp(path, gray):
    path.mkdir(exist_ok=True)
    Image.new("L", (9, 9), gray).save(path / "one.bmp")
    return path / "one.bmp"


def npz(path, gray):
    np.savez(path.with_suffix(".npz"), images=np.full((3, 9, 9), gray, np.uint8))
    return path.with_suffix(".npz")


def archive(path, gray):
    path.write_bytes(bytes([gray]) * 99)
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as file:
        file.write(path, "one.bmp")
    return path.with_suffix(".zip")


@pytest.mark.parametrize("make", [bmp, npz, archive])
def test_other_content_of_the_same_size_and_time_is_another(tmp_path, make):
    file = make(tmp_path / "data", 10)
    place = file.parent if make is bmp else file
    os.utime(file, ns=(1, 1))
    before, size = open_source(place).fingerprint, file.stat().st_size

    make(tmp_path / "data", 200)
    os.utime(file, ns=(1, 1))

    assert file.stat().st_size == size
    assert open_source(place).fingerprint != before


def test_what_holds_no_images_is_refused_by_name(tmp_path):
    (tmp_path / "text.txt").write_text("no picture")

    with pytest.raises(DataError, match=r"text\.txt is neither a folder nor a \.zip nor an \.npz"):
        open_source(tmp_path / "text.txt")
    with pytest.raises(DataError, match="nowhere does not exist"):
        open_source(tmp_path / "nowhere")
