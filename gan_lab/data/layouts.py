"""Which picture belongs to which split and which class, by names of folders or a file of labels."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from gan_lab.data.label_files import labels_of
from gan_lab.data.splits import Entries, divided, tops_of, without_wrapper
from gan_lab.errors import ConfigError

# Numbers of at least four digits, filled up with zeros, are mostly parts of one kind: FFHQ's
# 00000, 01000, ... or StyleGAN's 00000, 00001, ...; so are part1, images_002, batch-3.
NUMBERED = re.compile(r"\d{4,}")
NAMED_PART = re.compile(r"(?i:part|shard|chunk|batch|subset|archive|images?|imgs?)[ _-]*\d+")


@dataclass(frozen=True)
class Layout:
    """The pictures of one split, and what is known of them.

    Attributes:
        pictures: their names.
        labels: an index into `class_names` for each, or -1.
        class_names: one word per class; empty without labels.
        splits: the number of pictures in each split there is; empty where nothing is divided.
        beside: pictures that belong to no split.
        why: where the labels come from, or why there are none.
    """

    pictures: Sequence[str]
    labels: Sequence[int]
    class_names: tuple[str, ...]
    splits: Mapping[str, int]
    beside: Sequence[str]
    why: str


def understand(
    pictures: Sequence[str],
    label_files: Mapping[str, bytes],
    *,
    split: str,
    labels: str = "auto",
    level: int = 1,
) -> Layout:
    """Find splits and classes in the names of pictures.

    Args:
        pictures: their names, as paths below one folder, with "/".
        label_files: content of the files that may hold labels, by such names too.
        split: train, valid, test, or all.
        labels: auto, folder, file or none.
        level: which folder, counted below wrappers and splits, is the class.

    Raises:
        ConfigError: the split is not there, or there are no labels of the kind asked for.
        DataError: a file of labels is damaged.
    """
    entries = {name: PurePosixPath(name).parts[:-1] for name in pictures}
    parts = divided(entries)
    splits = {} if parts is None else {name: len(part) for name, part in parts.items()}
    if parts is None:
        parts = {"train": without_wrapper(entries)}
    inside = {name: folders for part in parts.values() for name, folders in part.items()}
    classes, why = _classes(inside, label_files, labels, level)
    class_names = tuple(sorted(set(classes.values()), key=natural))
    index = {name: place for place, name in enumerate(class_names)}
    chosen = _chosen(parts, splits, split)
    return Layout(
        pictures=chosen,
        labels=[index.get(classes.get(name, ""), -1) for name in chosen],
        class_names=class_names,
        splits=splits,
        beside=[name for name in pictures if name not in inside],
        why=why,
    )


def natural(name: str) -> tuple:
    """Return a key that sorts 2 before 10."""
    pieces = re.findall(r"\d+|\D+", name)
    return [(0, int(piece)) if piece.isdecimal() else (1, piece) for piece in pieces], name


def _chosen(parts: Mapping[str, Entries], splits: Mapping[str, int], split: str) -> list[str]:
    if split == "all":
        return sorted(name for part in parts.values() for name in part)
    if split in parts:
        return sorted(parts[split])
    if not splits:
        raise ConfigError(
            f"data.split={split}: the images are not divided into splits; take data.split=train, "
            f"or keep them in folders named train, valid and test."
        )
    order = [name for name in ("train", "valid", "test") if name in splits]
    there = ", ".join(f"{name} ({splits[name]:,} images)" for name in order)
    raise ConfigError(
        f"data.split={split} is not there, only {there}; choose one of these, or all of them with "
        f"data.split=all."
    )


def _classes(
    entries: Entries, label_files: Mapping[str, bytes], labels: str, level: int
) -> tuple[dict[str, str], str]:
    """Return the class of each picture that has one, and in words where they come from."""
    if labels == "none":
        return {}, "data.labels=none"
    if labels in ("auto", "file"):
        listed = labels_of(label_files, list(entries))
        where = " and ".join(sorted({PurePosixPath(name).name for name in label_files}))
        if labels == "auto" and listed is not None and len(set(listed.values())) < 2:
            return {}, f"{'one class' if listed else 'no labels'} in {where}"
        if listed:
            return listed, f"labels in {where}"
        if labels == "file":
            raise ConfigError(
                "data.labels=file: no file says the classes of these images; dataset.json, "
                "metadata.jsonl and metadata.csv are looked for. Leave data.labels out, or see "
                "docs/data.md for what has to be in them."
            )
    found = {
        name: _class_name(folders[level - 1])
        for name, folders in entries.items()
        if len(folders) >= level
    }
    if labels == "folder":
        if not found:
            raise ConfigError(
                f"data.labels=folder: no image lies in a folder of level {level}, counted below "
                f"wrappers and splits; lower data.level, or set data.labels=none."
            )
        return found, "labels by folder"
    if not found:
        return {}, "no folders of classes"
    if len(set(found.values())) == 1:
        return {}, "one folder of images"
    if level == 1 and _are_parts(entries):
        return {}, "numbered folders are taken for parts; data.labels=folder takes them for classes"
    return found, "labels by folder"


def _class_name(folder: str) -> str:
    # Equal letters may be written in two ways, and a byte may be no letter at all.
    return normalize("NFC", folder).encode(errors="backslashreplace").decode()


def _are_parts(entries: Entries) -> bool:
    """Whether first folders are numbered parts of one heap rather than classes."""
    tops = [top for top in tops_of(entries) if top]
    if all(NAMED_PART.fullmatch(top) for top in tops):
        return True
    numbered = all(NUMBERED.fullmatch(top) for top in tops) and len(set(map(len, tops))) == 1
    if not numbered or not any(top.startswith("0") for top in tops):
        return False
    # Classes may have such numbers too, as traffic signs of GTSRB have: then each folder counts its
    # images from the start, and they hold unequal numbers.
    names = Counter(PurePosixPath(name).name for name in entries)
    *full, _ = [count for top, count in sorted(tops_of(entries).items()) if top]
    return max(names.values()) == 1 or len(set(full)) == 1
