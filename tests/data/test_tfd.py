"""TFD, on a file of its published layout with random faces."""

import numpy as np
import pytest
from scipy.io import savemat

from gan_lab.data import tfd
from gan_lab.data.tfd import TFD
from gan_lab.errors import DataError

COUNT = 40


def arrays(size=48):
    random = np.random.default_rng(0)
    labels = np.where(np.arange(COUNT) < 20, np.arange(COUNT) % 7 + 1, -1)
    # Images with a label are for training, validation and testing; the others are unlabeled.
    folds = np.where(labels[:, None] > 0, random.integers(1, 4, (COUNT, 5)), 0)
    return {
        "images": random.integers(0, 256, (COUNT, size, size), dtype=np.uint8),
        "labs_ex": labels[:, None].astype(np.int16),
        "labs_id": np.full((COUNT, 1), -1),
        "folds": folds.astype(np.uint8),
    }


@pytest.fixture
def faces(tmp_path, cache):
    """A folder with TFD_48x48.mat."""
    folder = tmp_path / "faces"
    folder.mkdir()
    savemat(folder / "TFD_48x48.mat", arrays(), do_compression=True)
    return folder


def load(**options):
    dataset = TFD(**options)
    dataset.prepare()
    return dataset.load()


@pytest.mark.parametrize("fold", [0, 4])
@pytest.mark.parametrize(
    ("split", "codes"),
    [("unlabeled+train", [0, 1]), ("valid", [2]), ("test", [3]), ("train+valid+test", [1, 2, 3])],
)
def test_a_split_is_what_the_folds_say(faces, split, codes, fold):
    images = load(dir=str(faces), split=split, fold=fold)
    original = arrays()
    rows = np.isin(original["folds"][:, fold], codes)
    np.testing.assert_array_equal(images.pixels[:, 0], original["images"][rows])
    expected = original["labs_ex"][rows, 0]
    np.testing.assert_array_equal(images.labels, np.where(expected > 0, expected - 1, -1))


def test_the_file_itself_may_be_named(faces):
    named = load(dir=str(faces / "TFD_48x48.mat"))
    assert len(named) == len(load(dir=str(faces))) > 20


def test_expressions_have_names_and_unlabeled_faces_drop_out(faces):
    images = load(dir=str(faces), split="unlabeled+train+valid+test", classes=["happy", "anger"])
    labels = arrays()["labs_ex"][:, 0]
    expected = [0 if label == 4 else 1 for label in labels if label in (4, 1)]
    assert images.labels.tolist() == expected
    assert images.class_names == ("happy", "anger")


def test_limit_and_size(faces):
    images = load(dir=str(faces), limit=7, size=32)
    assert images.pixels.shape == (7, 1, 32, 32)


def test_a_file_that_unpacks_to_far_more_than_itself_is_refused(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(tfd, "MOST_UNPACKED_BYTES", 1 << 20)
    bomb = arrays() | {"images": np.zeros((2000, 48, 48), np.uint8)}
    savemat(tmp_path / "TFD_48x48.mat", bomb, do_compression=True)
    with pytest.raises(DataError, match="unpacks to more than"):
        load(dir=str(tmp_path))


@pytest.mark.parametrize("packed", [True, False])
def test_packed_or_not_it_is_the_same(tmp_path, cache, packed):
    savemat(tmp_path / "TFD_48x48.mat", arrays(), do_compression=packed)
    assert load(dir=str(tmp_path)).pixels.shape[1:] == (1, 48, 48)


def test_the_larger_edition_is_resized(tmp_path, cache):
    savemat(tmp_path / "TFD_96x96.mat", arrays(size=96))
    assert load(dir=str(tmp_path)).pixels.shape[1:] == (1, 48, 48)


def test_whole_numbers_kept_as_floats_are_the_same(faces):
    expected = load(dir=str(faces)).pixels
    savemat(faces / "TFD_48x48.mat", {name: a.astype(float) for name, a in arrays().items()})
    assert load(dir=str(faces)).pixels.equal(expected)


def test_another_file_at_the_same_place_is_prepared_anew(faces):
    load(dir=str(faces))
    other = arrays()
    other["images"] = 255 - other["images"]
    savemat(faces / "TFD_48x48.mat", other)
    images = load(dir=str(faces), split="unlabeled")
    np.testing.assert_array_equal(images.pixels[:, 0], other["images"][20:])


def test_without_the_file_the_message_says_what_it_is_and_where_to_ask(cache, tmp_path):
    with pytest.raises(DataError) as caught:
        TFD(dir=str(tmp_path / "nowhere")).prepare()
    message = str(caught.value)
    for part in (
        str(tmp_path / "nowhere" / "TFD_48x48.mat"),
        "Toronto Face Database",
        "request",
        "Josh Susskind",
        "data.dir=/path/to/TFD_48x48.mat",
    ):
        assert part in message
    with pytest.raises(DataError, match=str(cache / "tfd" / "TFD_48x48.mat")):
        TFD().prepare()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folds": None}, "no array 'folds'"),
        ({"images": np.zeros((COUNT, 48 * 48), np.uint8)}, r"images has the shape \(40, 2304\)"),
        ({"images": np.full((COUNT, 48, 48), 0.5)}, "other values than whole numbers 0 to 255"),
        ({"images": np.full((COUNT, 48, 48), -1.0)}, "other values than whole numbers 0 to 255"),
        ({"folds": np.zeros((COUNT, 3), np.uint8)}, r"folds has the shape \(40, 3\)"),
        ({"folds": np.full((COUNT, 5), 4, np.uint8)}, "folds holds other numbers"),
        ({"labs_ex": np.zeros((COUNT - 1, 1))}, "labs_ex holds 39 labels for 40 images"),
        ({"labs_ex": np.full((COUNT, 1), 8)}, "labs_ex holds 8, above 7"),
        ({"labs_ex": np.full((COUNT, 1), "happy", object)}, "labs_ex holds no numbers"),
    ],
)
def test_another_layout_is_refused_by_name(tmp_path, cache, changes, message):
    content = {name: array for name, array in (arrays() | changes).items() if array is not None}
    savemat(tmp_path / "TFD_48x48.mat", content)
    with pytest.raises(DataError, match=message):
        TFD(dir=str(tmp_path)).prepare()


def test_a_truncated_file_is_refused_by_name(faces):
    path = faces / "TFD_48x48.mat"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(DataError, match=f"{path} cannot be read as a MATLAB"):
        TFD(dir=str(faces)).prepare()
