"""Wrappers are taken off, and folders called train, valid and test are told from classes."""

import pytest

from gan_lab.data.splits import by_top, divided, split_of, tops_of, without_wrapper


def entries(*names):
    return {name: tuple(name.split("/")[:-1]) for name in names}


def one_in(*folders):
    """Return a picture in each folder."""
    return entries(*(f"{folder}/0.png" for folder in folders))


def parts(*folders):
    """Return `{split: {folder: what is left of it}}` for a picture in each folder."""
    found = divided(one_in(*folders))
    return found and {
        split: {name.removesuffix("/0.png"): "/".join(left) for name, left in part.items()}
        for split, part in found.items()
    }


def test_pictures_are_counted_by_first_folder():
    assert tops_of(entries("a/0", "b/0", "a/c/1", "2")) == {"a": 2, "b": 1, "": 1}
    assert tops_of({}) == {}


def test_the_first_folder_is_taken_off_and_what_lies_in_none_is_left():
    assert by_top(entries("a/0", "a/c/1", "b/0", "2")) == {
        "a": {"a/0": (), "a/c/1": ("c",)},
        "b": {"b/0": ()},
    }


def test_wrappers_are_taken_off_to_where_folders_part():
    assert without_wrapper(one_in("w/v/a", "w/v/b")) == {
        "w/v/a/0.png": ("a",),
        "w/v/b/0.png": ("b",),
    }
    assert set(without_wrapper(one_in("w/v/a")).values()) == {()}
    assert without_wrapper({}) == {}


def test_a_picture_beside_a_folder_makes_it_no_wrapper():
    beside = entries("w/a/0.png", "w/1.png")
    assert without_wrapper(beside) == {"w/a/0.png": ("a",), "w/1.png": ()}


def test_what_is_to_be_kept_is_no_wrapper():
    assert without_wrapper(one_in("w/cat/x"), keep=["cat"]) == {"w/cat/x/0.png": ("cat", "x")}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("eval", ("valid", "")),
        ("evaluation", ("test", "")),
        ("TRAINING", ("train", "")),
        ("TestSet", ("test", "")),
        ("val_images_2017", ("valid", "")),
        ("trainA", ("train", "A")),
        ("train_big-cats", ("train", "big cats")),
        ("cats.test", ("test", "cats")),
        ("2_dev", ("valid", "")),
        ("trained", None),
        ("latest", None),
        ("invalid", None),
        ("devices", None),
        ("DEVICE", None),
        ("TRAINS", None),
        ("TEST_SET", ("test", "")),
        ("", None),
    ],
)
def test_a_split_is_a_word_of_its_own_and_the_rest_is_told(folder, expected):
    assert split_of(folder) == expected


def test_classes_alone_are_not_divided():
    assert divided(one_in("cat", "dog")) is None
    assert divided(one_in("w/cat", "w/test")) is None
    assert divided(entries("0.png", "1.png")) is None
    assert divided({}) is None


def test_folders_of_one_split_are_put_together():
    assert parts("train_1/a", "train_2/b", "test/a") == {
        "train": {"train_1/a": "a", "train_2/b": "b"},
        "test": {"test/a": "a"},
    }


def test_what_lies_in_no_split_is_in_none():
    found = divided(entries("train/0.png", "test/0.png", "other/0.png", "1.png"))
    assert found == {"train": {"train/0.png": ()}, "test": {"test/0.png": ()}}


def test_splits_inside_classes_become_classes_inside_splits():
    assert parts("cat/train", "cat/val/w", "dog/train", "dog/val/w") == {
        "train": {"cat/train": "cat", "dog/train": "dog"},
        "valid": {"cat/val/w": "cat", "dog/val/w": "dog"},
    }


def test_one_class_without_splits_leaves_all_undivided():
    assert parts("cat/train", "cat/test", "dog/train", "dog/test", "owl/a", "owl/b") is None
    assert parts("cat/train", "cat/test", "dog/train") is None


def test_what_tells_several_splits_apart_is_the_class():
    assert parts("train_cat", "test_cat", "train_dog", "test_dog", "train_owl") == {
        "train": {"train_cat": "cat", "train_dog": "dog", "train_owl": "owl"},
        "test": {"test_cat": "cat", "test_dog": "dog"},
    }


def test_a_class_alone_in_its_split_stays_where_another_split_has_several():
    assert parts("train/cat", "train/dog", "test/cat") == {
        "train": {"train/cat": "cat", "train/dog": "dog"},
        "test": {"test/cat": "cat"},
    }
    assert parts("train/cat", "test/cat") == {
        "train": {"train/cat": ""},
        "test": {"test/cat": ""},
    }


def test_what_a_split_is_named_after_is_its_training_part():
    assert parts("birds", "birds-test") == {"train": {"birds": ""}, "test": {"birds-test": ""}}
    assert parts("birds", "fish-test") is None
    named = parts("birds", "birds-train", "birds-test")
    assert named == {"train": {"birds-train": ""}, "test": {"birds-test": ""}}
    assert parts("7", "test") is None  # a number is no name
