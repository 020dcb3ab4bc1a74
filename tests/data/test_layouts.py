"""Folders and archives as people have them load with the labels that their makers meant."""

import json
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import label_files
from gan_lab.data.folder import Folder
from gan_lab.data.layouts import natural, understand
from gan_lab.errors import ConfigError, DataError
from tests.data.layouts import CASES, files

DOCS = Path(__file__).parents[2] / "docs" / "data.md"
# What operating systems and programs leave behind.
LITTER = {
    "__MACOSX/._a.png": "", ".DS_Store": "", "@eaDir/thumb.png": "", "Thumbs.db": "",
    ".ipynb_checkpoints/a.png": "",
}  # fmt: skip


def write(case, root):
    """Make the layout, each picture of the colour that its place in the list tells."""
    for place, name in enumerate([*case.pictures, *case.beside]):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 8), (place, 0, 0)).save(path)
    for name, text in {**case.texts, **LITTER}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def zipped(root, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*")):
            archive.write(file, file.relative_to(root).as_posix())
    return path


def loaded(path, **options):
    dataset = Folder(dir=str(path), size=8, **options)
    dataset.prepare()
    return dataset.load()


def classes_by_picture(case, images):
    """Return `{picture: class or None}` of loaded images, which are known by their colours."""
    labels = [-1] * len(images) if images.labels is None else images.labels.tolist()
    return {
        [*case.pictures, *case.beside][place]: None if label < 0 else images.class_names[label]
        for place, label in zip(images.pixels[:, 0, 0, 0].tolist(), labels, strict=True)
    }


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_loads_as_its_makers_meant(case, form, tmp_path, cache):
    path = write(case, tmp_path / "own")
    if form == "zip":
        path = zipped(path, tmp_path / "own.zip")

    images = loaded(path)

    assert images.class_names == case.classes
    assert (images.labels is None) == (not case.classes)
    found = classes_by_picture(case, images)
    assert len(found) == case.train
    assert not found.keys() & set(case.beside)
    for name, label in found.items():
        if name in case.labels:
            assert label == case.labels[name]
        elif case.classes and not case.labels:
            assert label in Path(name).parts or f"train{label}" in Path(name).parts
    if not case.splits:
        assert len(loaded(path, split="all")) == case.train
    for split, count in case.splits.items():
        others = loaded(path, split=split)
        assert len(others) == count
        assert others.class_names == case.classes


def test_the_table_in_the_docs_has_every_layout():
    table = [line for line in DOCS.read_text().splitlines() if line.startswith("| ")]

    for case in CASES:
        assert any(line.startswith(f"| {case.name} |") for line in table), case.name
    assert len(CASES) >= 12


def layout(*names, texts=None, **options):
    contents = {name: text.encode() for name, text in (texts or {}).items()}
    return understand(sorted(names), contents, **{"split": "train", **options})


def test_what_is_found_is_said_each_time_and_validation_images_are_not_trained_on(
    tmp_path, cache, capfd
):
    root = write(CASES[4], tmp_path / "own")

    assert len(loaded(root)) == 6

    assert (
        f"{root}: 6 images of 2 classes (n01, n02), labels by folder, split train (valid has 3)\n"
        in capfd.readouterr().err
    )


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (files("00", "01", "11"), ("00", "01", "11")),  # GTSRB of Kaggle
        (files("000", "001"), ("000", "001")),
        (files("1", "2", "102"), ("1", "2", "102")),
        (["00000/0.png", "00000/1.png", "00001/0.png", "00002/0.png"], ("00000", "00001", "00002")),
        (files("00000", "00001", name="{serial}.png"), ()),
        (files("00000", "01000"), ()),
        (files("images_001/images", "images_002/images", "images_010/images"), ()),
        (files("part1", "part2"), ()),
        (files("HAM10000_images_part_1", "HAM10000_images_part_2"), ()),
        (files("a_part_1", "b_part_1"), ("a_part_1", "b_part_1")),
        (files("n01440764", "n01443537"), ("n01440764", "n01443537")),
        (files("2019", "2020"), ("2019", "2020")),
    ],
)
def test_numbered_folders_are_classes_or_parts(names, classes):
    assert layout(*names).class_names == classes


@pytest.mark.parametrize(
    "names",
    [
        files("bus", "car", "train"),
        files("mask", "nomask"),
        files("with_mask", "without_mask", "mask_weared_incorrect"),
        files("trains", "planes"),
        files("valid", "invalid"),
        files("contest", "protest"),
        files("photos", "pictures"),
        files("real_images", "fake_images"),
        files("face", "mask"),
        files("cat", "dog", "both"),
        files("0", "1", name="000000{number}.png"),
        [f"{digit}/{digit}000000{number}.png" for digit in "01" for number in "23"],
        files("0/1", "0/2", "1/0", "1/2", "2/0", "2/1"),
    ],
)
def test_classes_may_have_names_that_sound_like_something_else(names):
    found = layout(*names)
    assert found.class_names == tuple(sorted({name.split("/")[0] for name in names}))
    assert found.splits == {} and found.beside == []


@pytest.mark.parametrize(
    ("folders", "splits"),
    [
        (("train", "valid"), {"train": 3, "valid": 3}),
        (("training", "validation", "testing"), {"train": 3, "valid": 3, "test": 3}),
        (("Train", "Dev", "TEST"), {"train": 3, "valid": 3, "test": 3}),
        (("train2017", "val2017", "test2015"), {"train": 3, "valid": 3, "test": 3}),
        (("DIV2K_train_HR", "DIV2K_valid_HR"), {"train": 3, "valid": 3}),
        (("trainingSet/trainingSet", "testSet/testSet"), {"train": 3, "test": 3}),
        (("train/images", "val/images"), {"train": 3, "valid": 3}),
        (("images/train", "images/val"), {"train": 3, "valid": 3}),
        (("train", "train_masks"), {"train": 3}),
        (("train",), {"train": 3}),
        (("training", "validation", "evaluation"), {"train": 3, "valid": 3, "test": 3}),
        (("data", "test"), {"train": 3, "test": 3}),
        (("images", "test_images"), {"train": 3, "test": 3}),
        (("birds", "validation-birds"), {"train": 3, "valid": 3}),
    ],
)
def test_splits_have_many_names(folders, splits):
    assert layout(*files(*folders)).splits == splits


def test_a_picture_or_two_of_a_repository_make_no_class():
    found = layout(*files("pets-main/cat", "pets-main/dog"), "pets-main/docs/logo.png")
    assert found.class_names == ("cat", "dog")
    assert found.beside == ["pets-main/docs/logo.png"]
    assert layout(*files("docs", "photos", "scans")).class_names == ("docs", "photos", "scans")
    assert layout(*files("docs"), *files("maps", count=9)).class_names == ("docs", "maps")


@pytest.mark.parametrize(
    ("images", "beside"),
    [
        (files("images1024x1024/00000"), files("thumbnails128x128/00000")),  # FFHQ
        (files("leftImg8bit/train/a"), files("gtFine/train/a")),  # Cityscapes
        (
            files("CUB/images/001.Albatross", "CUB/images/002.Auk"),
            files("segmentations/001.Albatross", "segmentations/002.Auk"),
        ),
        (files("images/images/Monet", "images/images/Goya"), files("resized/resized")),
        (files("pets-main/data", count=9), files("pets-main/imgs")),
        (["0.png", "1.png"], ["masks/0.png", "masks/1.png"]),
        (files("cat", "dog"), files("cat/thumbnails", "dog/thumbnails")),
        (files("rock", "paper"), files("rps-cv-images/rock", "rps-cv-images/paper")),
        (files("UTKFace", "crop_part1"), files("aligned/UTKFace", "aligned/crop_part1")),
    ],
)
def test_what_accompanies_images_is_none(images, beside):
    found = layout(*images, *beside)
    assert sorted(found.pictures) == sorted(images)
    assert sorted(found.beside) == sorted(beside)


def test_of_folders_that_are_all_beside_something_none_is_left_out():
    names = [*files("images/masks", "images/labels"), *files("masks", "labels")]
    assert len(layout(*names, split="all").pictures) == len(names)


def test_a_heap_beside_a_large_folder_of_documents_is_kept_whole():
    assert len(layout("logo.png", *files("results")).pictures) == 4


def test_splits_in_a_column_hold_with_any_labels():
    names = files("cat", "dog")
    rows = "".join(f"{name},{'val' if '2' in name else 'train'}\n" for name in names)
    texts = {"metadata.csv": f"filename,split\n{rows}"}
    for labels in ("auto", "folder", "none"):
        assert layout(*names, texts=texts, labels=labels).splits == {"train": 4, "valid": 2}
    strange = {"metadata.csv": f"filename,split\n{rows.replace('val', 'fold 1')}"}
    assert layout(*names, texts=strange).splits == {}
    part = layout(*names, "dog/9.png", texts=texts)
    assert part.beside == ["dog/9.png"]
    folders = layout(*files("train/a", "test/a"), texts={"metadata.csv": "file,split\n0,valid\n"})
    assert folders.splits == {"train": 3, "test": 3}


def test_what_is_said_names_the_key_that_changes_it():
    nested = files("color/apple", "color/tomato", "gray/apple", "gray/tomato", "gray/plum")
    assert "data.level=2 takes the folders inside them" in layout(*nested).why
    assert layout(*files("cat/images", "dog/images")).why == "labels by folder"
    assert "data.labels=folder" in layout(*files("part1", "part2")).why
    assert layout("a.png").why == "no class folders and no file of labels"


def test_classes_may_be_told_by_the_names_of_splits():
    found = layout(*files("train_cats", "train_dogs", "test_cats", "test_dogs"))
    assert found.class_names == ("cats", "dogs")
    assert found.splits == {"train": 6, "test": 6}


def test_a_class_that_only_the_test_images_have_keeps_the_numbers_of_the_others():
    names = files("train/b", "train/c", "test/a", "test/b", "test/c")
    train, test = layout(*names), layout(*names, split="test")
    assert train.class_names == test.class_names == ("a", "b", "c")
    assert set(train.labels) == {1, 2}


def test_a_split_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        ConfigError, match=r"data\.split=valid is not there, only train \(3 images.*, test"
    ):
        layout(*files("train", "test"), split="valid")
    with pytest.raises(ConfigError, match=r"split=train is not there, only test .*split=all"):
        layout(*files("test/a", "test/b"))
    with pytest.raises(ConfigError, match="not divided into splits"):
        layout(*files("a", "b"), split="test")
    assert len(layout(*files("test/a", "test/b"), split="all").pictures) == 6


def test_labels_may_be_forced():
    shards = files("00000", "00001")
    assert layout(*shards, labels="folder").class_names == ("00000", "00001")
    assert layout(*files("cat", "dog"), labels="none").class_names == ()
    nested = files("animals/cat", "animals/dog", "things/car")
    assert layout(*nested).class_names == ("animals", "things")
    assert layout(*nested, level=2).class_names == ("car", "cat", "dog")
    texts = {"dataset.json": json.dumps({"labels": [["cat/0.png", 1], ["dog/0.png", 0]]})}
    both = layout(*files("cat", "dog"), texts=texts)
    assert both.class_names == ("0", "1") and both.labels == [1, -1, -1, 0, -1, -1]
    assert layout(*files("cat", "dog"), texts=texts, labels="folder").class_names == ("cat", "dog")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": "file"}, r"data\.labels=file: no file says .*dataset\.json"),
        ({"labels": "folder", "level": 3}, r"no image lies in a folder of level 3.*data\.level"),
        ({"level": 2}, r"data\.level=2: no image lies in a folder of level 2"),
    ],
)
def test_labels_that_are_not_there_are_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        layout(*files("cat", "dog"), **options)


@pytest.mark.parametrize(
    "names", [files("cats"), files("a/b/cats"), [*files("cats"), "stray.png"], ["a.png", "b.png"]]
)
def test_one_class_is_none(names):
    found = layout(*names)
    assert found.class_names == () and set(found.labels) == {-1}
    assert len(found.pictures) == len(names)


def test_classes_are_in_natural_order_and_equal_letters_are_equal():
    names = ["class10/a.png", "class2/a.png", "Class2/a.png", "e\u0301/a.png", "\u00e9/b.png"]
    assert layout(*names).class_names == ("Class2", "class2", "class10", "\u00e9")
    assert sorted(["10", "9", "1", "01", "a1", "1a"], key=natural) == [
        "01", "1", "1a", "9", "10", "a1",
    ]  # fmt: skip


def test_numbers_of_any_length_are_sorted():
    long = ["9" * 4999, "1" * 5000, "2" * 5000]
    texts = {"labels.csv": "file,label\n" + "".join(f"{at},{x}\n" for at, x in enumerate(long))}
    assert layout("0.png", "1.png", "2.png", texts=texts).class_names == tuple(long)


def test_what_is_named_is_the_file_that_has_the_labels():
    texts = {"labels.csv": "file,label\n0,a\n1,b\n", "metadata.csv": "file,text\n0,a cat\n"}
    assert layout("0.png", "1.png", texts=texts).why == "labels in labels.csv"


def test_a_name_that_is_no_text_becomes_one():
    names = files("caf\udce9", "tea")
    assert layout(*names).class_names == ("caf\\udce9", "tea")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([1, 0, 1], ("0", "1")),
        ([1.0, 0.0, 1.0], ("0", "1")),
        (["b", "a", "b"], ("a", "b")),
        ([[0, 1], [1, 0], [0, 1]], ("0", "1")),
        ([[7], [3], [7]], ("3", "7")),
        ([7, 3, 7], ("3", "7")),
        ([[1, 1], [0, 1], [0, 0]], ()),  # attributes
        ([0.5, 0.25, 1], ()),
        ([4, 4, 4], ()),
    ],
)
def test_labels_of_a_file_have_many_forms(labels, classes):
    names = [f"{number}.png" for number in range(3)]
    pairs = [list(pair) for pair in zip(names, labels, strict=True)]
    for node in (pairs, dict(pairs)):
        found = layout(*names, texts={"dataset.json": json.dumps({"labels": node})})
        assert found.class_names == classes


def test_names_in_a_file_of_labels_may_be_written_otherwise():
    texts = {
        "w/labels.csv": "id,Breed,label\n./0,x,pug\nsub\\1.png,y,boxer\ncafe\u0301.png,z,pug\n"
    }
    names = ["w/0.png", "w/sub/1.png", "w/caf\u00e9.png", "w/unknown.png"]
    found = layout(*names, texts=texts)
    assert found.class_names == ("boxer", "pug")
    assert dict(zip(found.pictures, found.labels, strict=True)) == {
        "w/0.png": 1, "w/sub/1.png": 0, "w/caf\u00e9.png": 1, "w/unknown.png": -1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Image ID;Class Name\n0;pug\n1;boxer\n", ("boxer", "pug")),  # as spreadsheets write
        ("imageId\tspecies\n0\tcat\n1\towl\n", ("cat", "owl")),
        ("\ufefffilepath,classId\r\n0.png,3\r\n1.png,10\r\n", ("3", "10")),
        ("file,label\n0,1.0\n1,2.0\n", ("1", "2")),
        ("file,label\n0,v1.5\n1,v2.5\n", ("v1.5", "v2.5")),
        ("file,target\n0,0.53\n1,-1.2e-3\n", ()),  # measurements
        ("file,label\n0,cat\n0,dog\n1,cat\n", ()),  # several in an image
        ("file,label\n0,cat\n0,cat\n1,dog\n", ("cat", "dog")),
    ],
)
def test_tables_of_labels_have_many_forms(text, classes):
    assert layout("0.png", "1.png", texts={"labels.csv": text}).class_names == classes


def test_names_may_leave_out_folders_where_that_is_clear():
    texts = {"labels.csv": "id,breed\n1,pug\n2,boxer\n"}
    assert layout("train/1.png", "train/2.jpg", texts=texts).class_names == ("boxer", "pug")
    twice = layout(*files("train/a", "train/b"), texts=texts)
    assert twice.class_names == ("a", "b")


def test_a_file_of_labels_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(label_files, "MOST_ENTRIES", 1000)
    for name, text in (
        ("dataset.json", '{"labels": [' + "[]," * 1000),
        ("labels.csv", "a\n" * 1001),
    ):
        with pytest.raises(DataError, match=f"{name} beside the images cannot be read .*1,000 ent"):
            layout(*files("a"), texts={name: text})


def test_of_many_files_of_labels_the_uppermost_are_read():
    names = [f"{number}/labels.csv" for number in range(50)]
    assert label_files.nearest([*names, "labels.csv"])[0] == "labels.csv"
    assert len(label_files.nearest(names)) == label_files.MOST_FILES


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '"x"', '{"labels": 3}', '{"labels": [3]}', '{"labels": [["a"]]}', "[" * 99999],
)
def test_a_damaged_file_of_labels_is_named_unless_it_is_of_another_kind(text):
    texts = {"dataset.json": text}
    try:
        assert layout(*files("a", "b"), texts=texts).class_names == ("a", "b")
    except DataError as error:
        assert "dataset.json" in str(error) and "data.labels=folder" in str(error)
    assert layout(*files("a", "b"), texts=texts, labels="folder").class_names == ("a", "b")


def test_captions_are_no_labels():
    texts = {"metadata.jsonl": '{"file_name": "0.png", "text": "a cat"}\n'}
    assert layout("0.png", "1.png", texts=texts).class_names == ()
    assert layout(*files("a", "b"), texts=texts).class_names == ("a", "b")


def test_a_file_about_other_pictures_is_left_aside():
    texts = {"labels.csv": "file,label\nother.png,1\nanother.png,2\n"}
    assert layout(*files("a", "b"), texts=texts).class_names == ("a", "b")


def test_many_pictures_in_many_folders_are_understood_in_linear_time():
    names = [f"w/{number % 1000:03}x/{number}.png" for number in range(100_000)]
    found = layout(*names)
    assert (len(found.pictures), len(found.class_names)) == (100_000, 1000)


WORDS = [
    "train", "val", "test", "valid", "training", "Train_2", "x", "x-test", "images", "masks",
    "data", "labels", "docs", "thumbnails", "resized", "cat", "dog", "a", "b", "0a", "ff",
    "1", "2", "10", "00000", "00001", "part1", "part2", "imgs_1",
]  # fmt: skip


def test_of_any_layout_each_picture_is_read_or_passed_over():
    chance = random.Random(0)
    for _ in range(300):
        folders = ["/".join(chance.choices(WORDS, k=chance.randrange(5))) for _ in range(6)]
        names = sorted({f"{folder}/{chance.randrange(9)}.png".lstrip("/") for folder in folders})
        rows = [f"{name},{chance.choice('ab')},{chance.choice(WORDS[:3])}\n" for name in names]
        texts = (
            {} if chance.random() < 0.5 else {"labels.csv": "file,label,split\n" + "".join(rows)}
        )
        for labels in ("auto", "none"):
            found = layout(*names, texts=texts, split="all", labels=labels)
            assert found.pictures and sorted([*found.pictures, *found.beside]) == names
            assert len(found.class_names) != 1
            assert set(found.labels) <= {-1, *range(len(found.class_names))}


def test_the_pixels_are_those_of_the_pictures_in_the_order_of_their_names(tmp_path, cache):
    case = CASES[9]
    images = loaded(write(case, tmp_path / "own"))
    assert images.pixels[:, 0, 0, 0].tolist() == list(range(6))
    assert [images.class_names[label] for label in images.labels] == ["2"] + ["10"] * 5
    assert images.pixels.numpy().dtype == np.uint8


def test_classes_that_only_other_splits_show_are_named(tmp_path, cache, capfd):
    for name in files("train/good", "test/good", "test/bent"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 8)).save(tmp_path / name)
    images = loaded(tmp_path)
    assert images.class_names == ("bent", "good") and images.labels.tolist() == [1, 1, 1]
    assert "2 classes (bent, good), labels by folder, no image of bent, split train" in (
        capfd.readouterr().err
    )
