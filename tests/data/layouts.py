"""The layouts of docs/data.md as names of files, to make folders and archives of."""

import json
from dataclasses import dataclass, field


def files(*folders, count=3, name="{number}.png"):
    """Return `count` names in each folder; "{serial}" in `name` counts on through the folders."""
    return [
        f"{folder}/{name.format(number=number, serial=place * count + number)}"
        for place, folder in enumerate(folders)
        for number in range(count)
    ]


@dataclass(frozen=True)
class Case:
    """A layout, and what its makers meant.

    Attributes:
        name: as docs/data.md has it.
        pictures: names of pictures, apart from `beside`.
        classes: of the split train; empty for none.
        train: how many pictures are for training.
        beside: names of pictures that belong to no split.
        texts: content of other files by name.
        splits: the number of pictures in each split.
        labels: class of some pictures, by name.
    """

    name: str
    pictures: list
    classes: tuple = ()
    train: int = 0
    beside: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)
    splits: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)


def lines(*rows):
    return "".join(f"{json.dumps(row)}\n" for row in rows)


STYLEGAN = files("00000", "00001", name="img{serial:08}.png")
CASES = [
    Case("a folder per class", files("cat", "dog"), ("cat", "dog"), 6),
    Case("digits", files(*map(str, range(11))), tuple(map(str, range(11))), 33),
    Case("all pictures in one folder (CelebA)", files("img_align_celeba/img_align_celeba"), (), 3),
    Case(
        "GitHub archive",
        files("pets-main/data/cat", "pets-main/data/dog"),
        ("cat", "dog"),
        6,
        beside=["pets-main/docs/logo.png"],
        texts={"pets-main/README.md": "# Pets"},
    ),
    Case(
        "train, val and test (ImageNet)",
        files("Data/CLS-LOC/train/n01", "Data/CLS-LOC/train/n02", "Data/CLS-LOC/val"),
        ("n01", "n02"),
        6,
        splits={"train": 6, "valid": 3},
    ),
    Case(
        "splits in wrappers of their own (Kaggle: Intel scenes)",
        files("seg_train/seg_train/sea", "seg_train/seg_train/street", "seg_test/seg_test/sea"),
        ("sea", "street"),
        6,
        beside=files("seg_pred/seg_pred"),
        splits={"train": 6, "test": 3},
    ),
    Case(
        "splits inside classes (MVTec)",
        files("cable/train/good", "tile/train/good", "cable/test/bent", "tile/test/crack"),
        ("cable", "tile"),
        6,
        beside=files("cable/ground_truth/bent"),
        splits={"train": 6, "test": 6},
    ),
    Case(
        "domains (CycleGAN)",
        files("horse2zebra/trainA", "horse2zebra/trainB", "horse2zebra/testA"),
        ("A", "B"),
        6,
        splits={"train": 6, "test": 3},
    ),
    Case(
        "numbered parts (FFHQ)",
        files("thumbnails128x128/00000", "thumbnails128x128/01000", name="{serial:05}.png"),
        (),
        6,
    ),
    Case(
        "StyleGAN with labels",
        STYLEGAN,
        ("2", "10"),
        6,
        texts={
            "dataset.json": json.dumps(
                {"labels": [[name, 10 if place else 2] for place, name in enumerate(STYLEGAN)]}
            )
        },
        labels={STYLEGAN[0]: "2", STYLEGAN[5]: "10"},
    ),
    Case("StyleGAN without labels", STYLEGAN, (), 6, texts={"dataset.json": '{"labels": null}'}),
    Case(
        "Hugging Face ImageFolder",
        files("data/train", "data/test"),
        ("cat", "owl"),
        3,
        texts={
            "data/train/metadata.jsonl": lines(
                {"file_name": "0.png", "label": "owl"},
                {"file_name": "1.png", "label": "cat"},
                {"file_name": "2.png", "label": "owl"},
            ),
            "data/test/metadata.csv": "file_name,label\n0.png,cat\n1.png,cat\n2.png,owl\n",
        },
        splits={"train": 3, "test": 3},
        labels={"data/train/0.png": "owl", "data/train/1.png": "cat", "data/test/2.png": "owl"},
    ),
    Case(
        "images beside annotations (Oxford pets, VOC)",
        files("VOCdevkit/VOC2012/JPEGImages"),
        (),
        3,
        beside=files("VOCdevkit/VOC2012/SegmentationClass", "VOCdevkit/VOC2012/SegmentationObject"),
    ),
    Case(
        "splits beside others (Fruits-360)",
        files(
            "fruits-360/Training/Apple 6", "fruits-360/Training/Apple 10", "fruits-360/Test/Apple 6"
        ),
        ("Apple 6", "Apple 10"),
        6,
        beside=files("fruits-360/test-multiple_fruits", "fruits-360/papers"),
        splits={"train": 6, "test": 3},
    ),
    Case(
        "splits side by side (TensorFlow: rps, horse-or-human)",
        files("rps/rock", "rps/paper", "rps-test-set/rock", "rps-test-set/paper"),
        ("paper", "rock"),
        6,
        splits={"train": 6, "test": 6},
    ),
    Case(
        "masks in each class (COVID radiography)",
        files("Radiography/COVID/images", "Radiography/Normal/images"),
        ("COVID", "Normal"),
        6,
        beside=files("Radiography/COVID/masks", "Radiography/Normal/masks"),
    ),
    Case(
        "masks in a tree of their own (ADE20K, Cityscapes, CUB)",
        files("ADE/images/training", "ADE/images/validation"),
        (),
        3,
        beside=files("ADE/annotations/training", "ADE/annotations/validation"),
        splits={"train": 3, "valid": 3},
    ),
    Case(
        "the same twice (Kaggle: flowers, PlantVillage)",
        files("flowers/daisy", "flowers/rose"),
        ("daisy", "rose"),
        6,
        beside=files("flowers/flowers/daisy", "flowers/flowers/rose"),
    ),
    Case(
        "folders by hash (LSUN)",
        [f"bedroom/{a}/{b}/{a}{b}0123456{c}.png" for a in "0ab" for b in "0a" for c in "1f"],
        (),
        12,
    ),
    Case(
        "numbered pictures and a list (Kaggle: CIFAR-10)",
        files("train", "test"),
        ("cat", "frog"),
        3,
        texts={"trainLabels.csv": "id,label\n0,frog\n1,cat\n2,cat\n"},
        splits={"train": 3, "test": 3},
        labels={"train/0.png": "frog", "train/1.png": "cat", "test/0.png": None},
    ),
    Case(
        "splits in a column",
        files("images", count=4),
        ("a", "b"),
        2,
        texts={
            "metadata.csv": "file_name,label,split\nimages/0.png,a,train\nimages/1.png,b,train\n"
            "images/2.png,a,validation\nimages/3.png,b,test\n"
        },
        splits={"train": 2, "valid": 1, "test": 1},
        labels={"images/0.png": "a", "images/1.png": "b", "images/3.png": "b"},
    ),
    Case(
        "domains without any test",
        files("horse2zebra/trainA", "horse2zebra/trainB"),
        ("A", "B"),
        6,
        splits={"train": 6},
    ),
]
