"""Of names of pictures, those that only accompany the others are left out."""

import pytest

from gan_lab.data.masks_and_copies import images_alone
from tests.data.layouts import files


def left_out(*names):
    kept = images_alone(names)
    return [name for name in names if name not in kept]


def test_the_names_stay_in_the_order_given():
    names = ["images/2.png", "masks/2.png", "images/10.png", "masks/10.png", "images/1.png"]
    assert list(images_alone(names)) == ["images/2.png", "images/10.png", "images/1.png"]


def test_of_no_names_none_are_left():
    assert list(images_alone([])) == []


def test_one_folder_with_a_name_of_its_own_shows_that_all_are_classes():
    both = [*files("images"), *files("masks")]
    assert left_out(*both) == files("masks")
    assert left_out(*both, *files("gloves")) == []


def test_what_only_sounds_like_a_mask_is_none():
    assert left_out(*files("images", "unmasked")) == []
    assert left_out(*files("images", "labelled")) == []


def test_words_are_found_in_names_however_they_are_joined():
    for name in ("trainMasks", "train_masks", "MASKS", "masks512x512", "masks-2", "ground_truth"):
        assert left_out(*files("images"), *files(name)) == files(name)


def test_of_several_folders_of_images_one_has_to_outweigh_the_others_together():
    others = files("imgs", "photos", count=2)
    assert left_out(*files("images", count=4), *others) == []
    assert left_out(*files("images", count=5), *others) == others


def test_pictures_in_no_folder_keep_what_is_larger_than_they():
    assert left_out("0.png", "1.png", *files("masks", count=2)) == files("masks", count=2)
    assert left_out("0.png", "1.png", *files("masks", count=3)) == []
    assert left_out("0.png", "1.png", *files("cats", count=2)) == []


def test_a_folder_of_images_smaller_than_what_lies_in_none_is_not_the_one_meant():
    heap = [f"{number}.png" for number in range(3)]
    assert left_out(*heap, *files("images", count=3), *files("masks")) == []
    assert left_out(*heap, *files("images", count=4)) == heap


@pytest.mark.parametrize("name", ["docs", "Docs", "ASSETS"])
def test_documents_are_fewer_than_the_smallest_class(name):
    classes = files("cat", count=2) + files("dog", count=5)
    assert left_out(*classes, *files(name, count=1)) == files(name, count=1)
    assert left_out(*classes, *files(name, count=2)) == []


def test_documents_beside_a_single_class_are_kept():
    assert left_out(*files("cat", count=5), *files("docs", count=1)) == []


@pytest.mark.parametrize(
    "other",
    [
        files("all/a", "all/b", count=2),  # of other sizes
        files("all/a"),  # of one folder
        [*files("all/a", "all/b"), "all/0.png"],  # with pictures of its own
        files("all/a", "all/b", "all/c"),  # with one more
    ],
)
def test_what_repeats_the_folders_beside_it_only_in_part_is_no_copy(other):
    assert left_out(*files("a", "b"), *files("all/a", "all/b")) == files("all/a", "all/b")
    assert left_out(*files("a", "b"), *other) == []


def test_a_copy_called_masks_may_be_of_other_sizes():
    images = files("set/a", "set/b")
    masks = files("masks/a", "masks/b", count=1)
    assert left_out(*images, *masks) == masks
    assert left_out(*files("set/images/a", "set/images/b"), *masks) == masks
    assert left_out(*images, *files("extra/a", "extra/b", count=1)) == []
    assert left_out(*images, *files("masks/a", "masks/c", count=1)) == []


def test_each_folder_is_judged_by_what_lies_in_it():
    names = files("w/one/images", "w/one/masks", "w/two/masks", "w/two/hats")
    assert left_out(*names) == files("w/one/masks")


def test_all_that_is_below_a_folder_goes_with_it():
    assert left_out(*files("images"), *files("masks/fine/a", count=1)) == ["masks/fine/a/0.png"]
