"""What files beside images say of them, and of which pictures they say it."""

import json
from pathlib import PurePosixPath

import pytest

from gan_lab.data.label_files import (
    Listed,
    is_label_file,
    labels_of,
    listed,
    nearest,
    splits_of,
)
from gan_lab.errors import DataError


def said(name, text):
    return listed(name, text.encode())


def dataset(labels):
    return said("dataset.json", json.dumps({"labels": labels}))


def test_a_file_is_known_by_its_name_however_it_is_written():
    for name in ("dataset.json", "a/b/metadata.jsonl", "Labels.CSV", "trainLabels.csv"):
        assert is_label_file(name), name
    for name in ("labels.txt", "my_labels.csv", "labels.csv/0.png", "dataset.jsonl"):
        assert not is_label_file(name), name


def test_the_files_read_are_the_same_in_whatever_order_they_are_found():
    names = ["b/labels.csv", "a/c/labels.csv", "metadata.csv", "a/labels.csv", "dataset.json"]
    expected = ["dataset.json", "metadata.csv", "a/labels.csv", "b/labels.csv", "a/c/labels.csv"]
    assert nearest(names) == nearest(names[::-1]) == expected


def test_a_table_says_labels_and_splits_or_one_of_them():
    both = said("w/metadata.csv", "file_name,label,split\na.png,cat,train\nb.png,owl,Dev\n")
    assert both == Listed(
        PurePosixPath("w/metadata.csv"),
        {"a.png": "cat", "b.png": "owl"},
        {"a.png": "train", "b.png": "valid"},
    )
    assert said("labels.csv", "file,subset\na,holdout\n") == Listed(
        PurePosixPath("labels.csv"), None, {"a": "test"}
    )


def test_without_a_column_of_names_a_table_says_nothing():
    found = said("labels.csv", "label,split\ncat,train\n")
    assert (found.labels, found.splits) == (None, {})


def test_a_row_without_a_label_is_passed_over():
    table = said("labels.csv", "file,label,split\na,cat,train\nb,,test\nc\n\nd,owl,test,more\n")
    assert table.labels == {"a": "cat", "d": "owl"}
    assert table.splits == {"a": "train", "b": "test", "d": "test"}
    rows = '{"file_name": "a", "label": 1}\n\n{"file_name": "b", "label": null}\n{"file_name": "c"}'
    assert said("metadata.jsonl", rows).labels == {"a": "1"}


def test_of_several_columns_the_clearest_is_taken():
    table = said("labels.csv", "id,species,label,file_name\n7,felis,cat,a.png\n")
    assert table.labels == {"a.png": "cat"}


def test_a_single_unknown_split_makes_the_column_none_of_splits():
    table = "file,label,split\na,cat,train\nb,owl,fold 1\n"
    assert said("labels.csv", table).splits == {}
    assert said("labels.csv", table).labels == {"a": "cat", "b": "owl"}


def test_no_labels_and_nothing_said_of_labels_differ():
    pictures = ["a.png"]
    assert labels_of([dataset(None)], pictures) == {}
    assert labels_of([said("dataset.json", '{"name": "cats"}')], pictures) is None
    assert labels_of([dataset([["b.png", 1]])], pictures) is None
    assert labels_of([], pictures) is None


def test_a_list_is_a_label_where_a_single_number_of_it_is_set():
    pictures = [["a", [0, 0, 1]], ["b", [1, 0, 0]], ["c", [0, 5, 0]]]
    assert dataset(pictures).labels == {"a": "2", "b": "0", "c": "1"}
    assert dataset([["a", [0]], ["b", [4]]]).labels == {"a": "0", "b": "4"}
    for attributes in ([1, 1, 0], [0, 0, 0], [], {"x": 1}, 2.5, "2.5"):
        assert dataset([*pictures, ["d", attributes]]).labels == {}, attributes


def test_a_file_speaks_of_the_pictures_below_its_folder():
    files = [said("w/labels.csv", "file,label,split\n0.png,cat,train\n")]
    pictures = ["w/0.png", "v/0.png", "0.png"]
    assert labels_of(files, pictures) == {"w/0.png": "cat"}
    assert splits_of(files, pictures) == {"w/0.png": "train"}


def test_a_whole_name_is_sooner_meant_than_a_part_of_it():
    files = [said("labels.csv", "file,label\n0.png,part\nw/0.png,whole\n1,stem\nw/1,long\n")]
    assert labels_of(files, ["w/0.png", "w/1.png"]) == {"w/0.png": "whole", "w/1.png": "long"}


def test_a_name_that_two_pictures_share_is_neither_of_them():
    files = [said("labels.csv", "file,label\n0,cat\n1,owl\n")]
    assert labels_of(files, ["a/0.png", "b/0.png", "b/1.png"]) == {"b/1.png": "owl"}


def test_a_file_named_after_a_split_speaks_of_its_pictures_where_there_are_any():
    files = [said("train_labels.csv", "file,label\n0,cat\n")]
    assert labels_of(files, ["train/0.png", "test/0.png"]) == {"train/0.png": "cat"}
    assert labels_of(files, ["own/0.png"]) == {"own/0.png": "cat"}


def test_what_several_files_say_adds_up_and_the_last_word_holds():
    files = [
        said("labels.csv", "file,label\na/0.png,cat\nb/0.png,owl\n"),
        said("a/labels.csv", "file,label\n0.png,lynx\n1.png,cat\n"),
    ]
    assert labels_of(files, ["a/0.png", "a/1.png", "b/0.png"]) == {
        "a/0.png": "lynx", "a/1.png": "cat", "b/0.png": "owl",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("w/labels.csv", b"file,label\ncaf\xe9,1\n", "'utf-8' codec"),
        ("dataset.json", b'{"labels": [["a", 1]', "Expecting"),
        ("dataset.json", b'{"labels": [["a", 1, 2]]}', "too many values"),
        ("metadata.jsonl", b'{"file_name": "a", "label": 1}\n{"label": 2}\n', "'file_name'"),
        ("metadata.jsonl", b'{"file_name": "a", "label": 1}\n[1]\n', "'get'"),
        ("metadata.csv", b'file,label\n"' + b"a" * 140_000, "field larger than field limit"),
    ],
)
def test_a_damaged_file_is_refused_with_what_helps(name, content, reason):
    message = rf"^{name} beside the images cannot be read \(.*{reason}.*\); repair it, or set data"
    with pytest.raises(DataError, match=message):
        listed(name, content)


def test_a_list_of_one_element_is_that_element():
    assert dataset([["a.png", [1.0]], ["b.png", [2]], ["c.png", ["cat"]]]).labels == {
        "a.png": "1", "b.png": "2", "c.png": "cat",
    }  # fmt: skip
    assert not dataset([["a.png", [0.5]], ["b.png", [7]]]).labels
