"""An .npz file is looked into without its images, which then come one by one."""

import io
import os
import zipfile

import numpy as np
import pytest
from numpy.lib import format as numpy_format

from gan_lab.data.npz import arrays_at
from gan_lab.errors import DataError
from gan_lab.safe_reading import IrregularError

IMAGES = np.arange(2 * 5 * 6 * 3, dtype=np.uint8).reshape(2, 5, 6, 3)


def saved(path, **arrays):
    np.savez(path / "own.npz", **arrays)
    return path / "own.npz"


def written(path, images, packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path / "own.npz", "w", packing) as archive:
        archive.writestr("images.npy", images)
    return path / "own.npz"


def member(array, version=(1, 0)):
    file = io.BytesIO()
    numpy_format.write_array(file, array, version=version)
    return file.getvalue()


def test_without_labels_there_are_no_classes_and_none_has_one(tmp_path):
    found = arrays_at(saved(tmp_path, images=IMAGES))
    assert (found.count, found.class_names, found.labels) == (2, (), [-1, -1])


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (IMAGES, IMAGES),
        (IMAGES.transpose(0, 3, 1, 2), IMAGES),
        (IMAGES[..., 0], IMAGES[..., 0]),
        (IMAGES[..., :1], IMAGES[..., 0]),
        (IMAGES[:, None, :, :, 0], IMAGES[..., 0]),
        (IMAGES[:, :4], IMAGES[:, :4]),  # four rows, three channels
        (np.asfortranarray(IMAGES.transpose(0, 3, 1, 2)), IMAGES),
    ],
    ids=["NHWC", "NCHW", "NHW", "NHW1", "N1HW", "N4W3", "column-major"],
)
def test_each_image_comes_with_its_channels_last_and_one_channel_as_none(
    images, expected, tmp_path
):
    found = list(arrays_at(saved(tmp_path, images=images)).images())
    assert [image.shape for image in found] == [expected.shape[1:]] * 2
    np.testing.assert_array_equal(found, expected)


def test_the_images_may_be_read_again(tmp_path):
    found = arrays_at(saved(tmp_path, images=IMAGES))
    np.testing.assert_array_equal(list(found.images()), list(found.images()))


def test_the_images_before_the_damage_are_read(tmp_path):
    found = arrays_at(written(tmp_path, member(IMAGES)[:-1])).images()
    np.testing.assert_array_equal(next(found), IMAGES[0])
    with pytest.raises(ValueError, match=r"^images\.npy is shorter than its header says$"):
        next(found)


def test_labels_are_numbers_of_any_size_and_order_of_bytes(tmp_path):
    for dtype in ("u1", "<i2", ">i4", ">u8"):
        found = arrays_at(saved(tmp_path, images=IMAGES, labels=np.array([9, 4], dtype)))
        assert (found.class_names, found.labels) == (("4", "9"), [1, 0]), dtype


def test_images_of_which_none_is_labelled_have_no_classes(tmp_path):
    found = arrays_at(saved(tmp_path, images=IMAGES, labels=[-1, -1]))
    assert (found.class_names, found.labels) == ((), [-1, -1])


def test_a_class_that_is_named_stays_although_no_image_has_it(tmp_path):
    names = ["a", "b", "c"]
    found = arrays_at(saved(tmp_path, images=IMAGES, labels=[1, -1], class_names=names))
    assert (found.class_names, found.labels) == (("a", "b", "c"), [1, -1])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0.0, 1.0], r"'labels' is float64 \(2,\); it must hold one whole number per image \(2\)"),
        ([[0], [1]], r"'labels' is int64 \(2, 1\)"),
        ([True, False], r"'labels' is bool \(2,\)"),
        (["a", "b"], r"'labels' is <U1 \(2,\)"),
        ([0, 2], r"the label 2 in 'labels' has no class name"),
    ],
)
def test_labels_that_name_no_class_are_refused(labels, message, tmp_path):
    path = saved(tmp_path, images=IMAGES, labels=labels, class_names=["a", "b"])
    with pytest.raises(DataError, match=rf"^data\.dir={path}: {message}"):
        arrays_at(path)


def test_pictures_that_are_objects_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"'images' is object \(2, 5, 6\); it must be uint8"):
        arrays_at(saved(tmp_path, images=np.full((2, 5, 6), None)))


def test_a_header_of_a_later_version_is_read_and_a_huge_one_is_not(tmp_path):
    found = arrays_at(written(tmp_path, member(IMAGES, version=(2, 0))))
    np.testing.assert_array_equal(list(found.images()), IMAGES)

    huge = b"\x93NUMPY\x02\x00" + (70_000).to_bytes(4, "little") + b" " * 70_000
    with pytest.raises(ValueError, match=r"^its header is larger than 64 KiB$"):
        arrays_at(written(tmp_path, huge))


def test_a_packing_that_unpacks_all_at_once_is_refused(tmp_path):
    path = written(tmp_path, member(IMAGES), zipfile.ZIP_BZIP2)
    with pytest.raises(OSError, match=r"^images\.npy is not stored or packed by deflate$"):
        arrays_at(path)


def test_a_pipe_is_no_file_of_arrays(tmp_path):
    os.mkfifo(tmp_path / "own.npz")
    with pytest.raises(IrregularError, match=r"own\.npz is a named pipe, not a file"):
        arrays_at(tmp_path / "own.npz")


def test_the_fingerprint_differs_once_the_file_does(tmp_path):
    found = arrays_at(saved(tmp_path, images=IMAGES))
    before = found.fingerprint
    assert found.fingerprint == before

    saved(tmp_path, images=IMAGES[:1])
    assert found.fingerprint != before


def test_names_of_classes_may_be_bytes(tmp_path):
    names = np.array(["é".encode(), b"cat"])
    found = arrays_at(saved(tmp_path, images=IMAGES, labels=np.array([0, 1]), class_names=names))
    assert found.class_names == ("é", "cat")


@pytest.mark.parametrize("names", [np.array("cat"), np.array([["a", "b"], ["c", "d"]])])
def test_names_of_classes_that_are_no_list_are_refused(names, tmp_path):
    file = saved(tmp_path, images=IMAGES, labels=np.array([0, 1]), class_names=names)
    with pytest.raises(DataError, match="'class_names' has the shape"):
        arrays_at(file)
