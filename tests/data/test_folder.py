"""The user's own images: folders, zip archives and .npz files."""

import io
import os
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import decoding, npz, pictures, store
from gan_lab.data import folder_or_zip as places
from gan_lab.data.folder import Folder
from gan_lab.errors import ConfigError, DataError


def shade(number):
    """A 40x30 picture of one colour."""
    return Image.new("RGB", (40, 30), (number, number, 0))


@pytest.fixture
def animals(tmp_path, cache):
    """Two classes of three pictures, and things that are none."""
    root = tmp_path / "animals"
    for name, first in (("dog", 100), ("cat", 10)):
        (root / name / "more").mkdir(parents=True)
        shade(first).save(root / name / "1.png")
        shade(first + 1).save(root / name / "2.JPG", "JPEG", quality=100, subsampling=0)
        shade(first + 2).save(root / name / "more" / "3.bmp")
    (root / "notes.txt").write_text("not a picture")
    (root / "cat" / "._1.png").write_bytes(b"left by a file manager")
    (root / ".thumbnails").mkdir()
    shade(0).save(root / ".thumbnails" / "1.png")
    return root


def load(**options):
    dataset = Folder(**options)
    dataset.prepare()
    return dataset.load()


def content(**options):
    dataset = Folder(**options)
    dataset.prepare()
    return store.content_sha256(dataset.prepared)


def reds(images):
    return images.pixels[:, 0, 5, 5].tolist()


def zipped(root, path, wrapper=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*")):
            archive.write(file, wrapper + file.relative_to(root).as_posix())
    return path


def assert_animals(images):
    assert images.pixels.shape == (6, 3, 32, 32)
    assert reds(images) == pytest.approx([10, 11, 12, 100, 101, 102], abs=1)
    assert images.pixels[:, 2].max() <= 2
    assert images.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert images.class_names == ("cat", "dog")


def test_sub_folders_become_labels(animals):
    assert_animals(load(dir=str(animals)))


@pytest.mark.parametrize("wrapper", ["", "animals-main/"])
def test_a_zip_reads_like_its_folder(animals, tmp_path, wrapper):
    assert_animals(load(dir=str(zipped(animals, tmp_path / "animals.zip", wrapper))))
    assert {path.name for path in tmp_path.iterdir()} == {"animals", "animals.zip", "cache"}


def test_without_sub_folders_there_are_no_labels(animals):
    images = load(dir=str(animals / "cat" / "more"))
    assert len(images) == 1
    assert images.labels is None
    assert images.class_names == ()


def test_a_picture_beside_the_sub_folders_has_no_label(animals):
    shade(200).save(animals / "stray.png")
    images = load(dir=str(animals))
    assert dict(zip(reds(images), images.labels.tolist(), strict=True))[200] == -1


def test_links_are_followed_but_not_in_circles(animals):
    (animals / "cat" / "circle").symlink_to(animals)
    (animals / "owl").symlink_to(animals / "dog")
    assert len(load(dir=str(animals))) == 6


def test_gray_and_size(animals):
    images = load(dir=str(animals), channels=1, size=16)
    assert images.pixels.shape == (6, 1, 16, 16)
    assert images.pixels[0, 0, 0, 0] == round(10 * 0.299 + 10 * 0.587)


def test_classes_and_limit(animals):
    images = load(dir=str(animals), classes=["dog"], limit=2)
    assert reds(images) == pytest.approx([100, 101], abs=1)
    with pytest.raises(ConfigError, match="Did you mean 'dog'"):
        Folder(dir=str(animals), classes=["dogs"]).load()


def test_an_unreadable_file_is_skipped_and_named(animals, capfd):
    (animals / "cat" / "1.png").write_bytes(b"not a png")
    with Image.open(animals / "dog" / "1.png") as picture:
        picture.resize((200, 200)).save(animals / "dog" / "1.png", compress_level=0)
    data = (animals / "dog" / "1.png").read_bytes()
    (animals / "dog" / "1.png").write_bytes(data[: len(data) // 2])
    images = load(dir=str(animals))
    assert reds(images) == pytest.approx([11, 12, 101, 102], abs=1)
    assert images.labels.tolist() == [0, 0, 1, 1]
    output = capfd.readouterr()
    assert "animals: 4 images of 2 classes (cat, dog), labels by folder\n" in output.err
    assert "2 of 6 passed over: " in output.err
    assert "1 of another format than its name says (cat/1.png)" in output.err
    assert "1 truncated (dog/1.png)" in output.err
    assert output.out == ""


def test_an_unreadable_file_is_refused_on_request(animals):
    load(dir=str(animals))
    (animals / "cat" / "1.png").write_bytes(b"not a png")
    with pytest.raises(
        DataError, match=r"cat/1\.png cannot be read \(of another format.*data\.on_bad_image=skip"
    ):
        Folder(dir=str(animals), on_bad_image="refuse").prepare()


def test_a_picture_of_too_many_pixels_counts_as_unreadable(animals, monkeypatch, capfd):
    Image.new("L", (50, 50)).save(animals / "cat" / "bomb.png")
    monkeypatch.setattr(pictures, "LARGEST_PIXELS", 2000)
    assert len(load(dir=str(animals))) == 6
    assert "cat/bomb.png" in capfd.readouterr().err


def test_a_damaged_member_of_a_zip_is_skipped(animals, tmp_path, capfd):
    path = tmp_path / "animals.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(animals / "cat" / "1.png", "1.png")
        archive.write(animals / "dog" / "1.png", "2.png")
    data = bytearray(path.read_bytes())
    data[60] ^= 255
    path.write_bytes(data)
    assert reds(load(dir=str(path))) == [100]
    assert "1.png" in capfd.readouterr().err


def test_a_huge_member_of_a_zip_is_not_unpacked(animals, tmp_path, monkeypatch, capfd):
    (animals / "cat" / "1.png").write_bytes(bytes(20_000))
    path = zipped(animals, tmp_path / "animals.zip")
    monkeypatch.setattr(places, "LARGEST_FILE_BYTES", 10_000)
    Folder(dir=str(path)).prepare()
    assert "1 larger than 256 MiB (cat/1.png)" in capfd.readouterr().err
    with pytest.raises(DataError, match=r"cat/1\.png cannot be read \(larger than"):
        Folder(dir=str(path), on_bad_image="refuse").prepare()


def test_when_nothing_can_be_read_that_is_an_error(tmp_path, cache):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "1.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"none of 1 images can be read: 1 empty \(1\.png\)"):
        Folder(dir=str(tmp_path / "own")).prepare()


def test_the_second_time_comes_from_the_cache_until_something_changes(animals, monkeypatch):
    load(dir=str(animals))
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "_fill", lambda *_: pytest.fail("prepared again"))
        load(dir=str(animals))
        with pytest.raises(pytest.fail.Exception):
            load(dir=str(animals), size=16)
    shade(77).save(animals / "cat" / "1.png")
    os.utime(animals / "cat" / "1.png", ns=(1, 1))
    assert reds(load(dir=str(animals)))[0] == 77
    (animals / "dog" / "1.png").unlink()
    assert len(load(dir=str(animals))) == 5


def test_more_images_than_a_block_keep_their_order(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(decoding, "BLOCK", 4)
    (tmp_path / "own").mkdir()
    for number in range(11):
        shade(number * 20).save(tmp_path / "own" / f"{number:02}.png")
    (tmp_path / "own" / "05.png").write_bytes(b"")
    expected = [number * 20 for number in range(11) if number != 5]
    assert reds(load(dir=str(tmp_path / "own"))) == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "holds no image; .*png"),
        (lambda path: path.write_bytes(b""), "is neither a folder nor a .zip nor an .npz"),
    ],
)
def test_a_place_without_images_is_named(tmp_path, cache, make, message):
    make(tmp_path / "own")
    with pytest.raises(DataError, match=rf"data\.dir={tmp_path}/own {message}"):
        Folder(dir=str(tmp_path / "own")).prepare()


@pytest.mark.parametrize("name", ["own.zip", "own.npz"])
def test_a_file_that_is_not_what_its_name_says(tmp_path, cache, name):
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(DataError, match=rf"data\.dir={tmp_path}/{name} cannot be read"):
        Folder(dir=str(tmp_path / name)).prepare()


RANDOM = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "images",
    [RANDOM, RANDOM.transpose(0, 3, 1, 2).copy(), np.asfortranarray(RANDOM)],
    ids=["NHWC", "NCHW", "column-major"],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_the_arrays_of_an_npz_are_kept_exactly(tmp_path, cache, images, save):
    path = tmp_path / "own.npz"
    save(path, images=images, labels=np.array([0, 1, 2, 1, -1]), class_names=["a", "b", "c"])
    loaded = load(dir=str(path))
    np.testing.assert_array_equal(loaded.pixels.permute(0, 2, 3, 1), RANDOM)
    assert loaded.labels.tolist() == [0, 1, 2, 1, -1]
    assert loaded.class_names == ("a", "b", "c")


def test_a_gray_npz_without_labels(tmp_path, cache):
    np.savez(tmp_path / "own.npz", images=RANDOM[..., 0])
    images = load(dir=str(tmp_path / "own.npz"), channels=1)
    np.testing.assert_array_equal(images.pixels[:, 0], RANDOM[..., 0])
    assert images.labels is None


def test_labels_without_names_are_numbered(tmp_path, cache):
    np.savez(tmp_path / "own.npz", images=RANDOM, labels=[0, 1, 1, 0, 2])
    assert load(dir=str(tmp_path / "own.npz")).class_names == ("0", "1", "2")


def test_numbers_that_no_image_has_are_no_classes(tmp_path, cache):
    np.savez(tmp_path / "own.npz", images=RANDOM, labels=[7, 3, -1, 3, 7])
    images = load(dir=str(tmp_path / "own.npz"))
    assert images.class_names == ("3", "7")
    assert images.labels.tolist() == [1, 0, -1, 0, 1]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": RANDOM}, "no array 'images'; it has x"),
        ({"images": RANDOM / 255}, r"float64 \(5, 32, 32, 3\); it must be uint8"),
        ({"images": RANDOM[:0]}, r"'images' \(0, 32, 32, 3\) holds no pixels"),
        ({"images": RANDOM[0, 0]}, r"uint8 \(32, 3\)"),
        ({"images": RANDOM[..., :2]}, "neither 1 nor 3 nor 4 channels"),
        ({"images": RANDOM, "labels": [0, 1]}, r"'labels' is int64 \(2,\).*\(5\)"),
        ({"images": RANDOM, "labels": [0, 1, 2, 3, -2]}, r"'labels' is int64 \(5,\)"),
        ({"images": RANDOM, "labels": [0] * 5, "class_names": []}, "label 0 .* no class name"),
        (
            {"images": RANDOM, "labels": np.array([None] * 5)},
            "cannot be read: labels holds Python objects",
        ),
    ],
)
def test_an_npz_of_another_layout_is_refused(tmp_path, cache, arrays, message):
    np.savez(tmp_path / "own.npz", **arrays)
    with pytest.raises(DataError, match=message):
        Folder(dir=str(tmp_path / "own.npz")).prepare()


def header(shape, dtype="|u1", fortran_order=False):
    file = io.BytesIO()
    about = {"descr": dtype, "fortran_order": fortran_order, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)
    return file.getvalue()


IMAGES = header((2, 8, 8)) + bytes(128)
LABELS = header((2,), "<i8") + bytes(16)


@pytest.mark.parametrize(
    "members",
    [
        {"images": b"no suffix"},
        {"images.npy": b"\x93NUMPY\x01\x00\x10\x00__import__('os')"},
        {"images.npy": header((10**12, 10**6, 3))},
        {"images.npy": header((10**12, 8, 8)) + bytes(64)},
        {"images.npy": header((10**12, 8, 8), fortran_order=True) + bytes(64)},
        {"images.npy": header((2, -8, 8)) + bytes(128)},
        {"images.npy": header((2, 8, 8)) + bytes(100)},
        {"images.npy": header((2, 10**5, 10**5)) + bytes(100)},
        {"images.npy": IMAGES, "labels.npy": header((10**15,), "<i8")},
        {"images.npy": IMAGES, "labels.npy": LABELS, "class_names.npy": header((10**15,), "<U9")},
        {"../../images.npy": IMAGES},
    ],
)
def test_an_npz_that_lies_is_refused(members, tmp_path, cache):
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    with pytest.raises(DataError, match=rf"^data\.dir={path}(:| has| cannot be read: .+\.$)"):
        Folder(dir=str(path), on_bad_image="refuse").prepare()


def test_an_npz_that_tells_the_truth_passes(tmp_path, cache):
    with zipfile.ZipFile(tmp_path / "own.npz", "w") as archive:
        archive.writestr("images.npy", IMAGES)
        archive.writestr("labels.npy", LABELS)

    assert len(load(dir=str(tmp_path / "own.npz"), channels=1)) == 2


def test_huge_labels_in_an_npz_are_not_unpacked(tmp_path, cache, monkeypatch):
    np.savez_compressed(tmp_path / "own.npz", images=RANDOM, labels=np.zeros(100_000, int))
    monkeypatch.setattr(npz, "LARGEST_BYTES", 10_000)

    with pytest.raises(DataError, match=r"labels\.npy is larger than"):
        Folder(dir=str(tmp_path / "own.npz")).prepare()


@pytest.mark.parametrize(
    ("byte", "value"), [(8, 1), (10, 99)], ids=["encrypted", "unknown_packing"]
)
def test_an_npz_that_cannot_be_unpacked_is_refused(byte, value, tmp_path, cache):
    path = tmp_path / "own.npz"
    np.savez(path, images=RANDOM)
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + byte] = value
    path.write_bytes(data)

    with pytest.raises(DataError, match="cannot be read: "):
        Folder(dir=str(path)).prepare()


def test_the_content_of_a_folder_is_the_same_wherever_it_lies(animals, tmp_path):
    elsewhere = shutil.copytree(animals, tmp_path / "elsewhere")

    assert content(dir=str(elsewhere)) == content(dir=str(animals))


def test_a_replaced_picture_is_other_content(animals):
    before = content(dir=str(animals))
    shade(200).save(animals / "cat" / "1.png")

    assert content(dir=str(animals)) != before


def test_a_single_picture_is_a_set_of_one_and_names_are_those_of_the_files(tmp_path, cache):
    (tmp_path / "own").mkdir()
    for number in (10, 2):
        shade(number * 20).save(tmp_path / "own" / f"{number}.png")

    one = Folder(dir=str(tmp_path / "own" / "2.png"))
    one.prepare()
    both = Folder(dir=str(tmp_path / "own"))
    both.prepare()

    assert (reds(one.load()), one.names) == ([40], ["2.png"])
    assert [f"{red // 20}.png" for red in reds(both.load())] == both.names
