"""Which picture belongs to which split and which class, by names of folders or a file of labels."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath
from unicodedata import normalize

from gan_lab.data.label_files import NAMES, Listed, captions_of, labels_of, listed, splits_of
from gan_lab.data.masks_and_copies import images_alone
from gan_lab.data.splits import Entries, divided, tops_of, without_wrapper
from gan_lab.errors import ConfigError, DataError

# Numbers of at least four digits, filled up with zeros, are mostly parts of one kind: FFHQ's
# 00000, 01000, ... or StyleGAN's 00000, 00001, ...; so are part1, images_002, batch-3, X_part_1.
NUMBERED = re.compile(r"\d{4,}")
NAMED_PART = re.compile(
    r"(.*[\W_])?(?i:part|shard|chunk|batch|subset|archive|images?|imgs?)[ _-]*\d+"
)
# Folders that are the first letters of a name which says what is in the file: 0/a/3/0a3f....webp
HASH = re.compile(r"[0-9a-f]{8,}", re.IGNORECASE)
LETTERS = re.compile(r"[0-9a-f]{1,3}", re.IGNORECASE)


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
        captions: of each picture, empty for none.
    """

    pictures: Sequence[str]
    labels: Sequence[int]
    class_names: tuple[str, ...]
    splits: Mapping[str, int]
    beside: Sequence[str]
    why: str
    captions: Sequence[str]


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
    entries = {name: PurePosixPath(name).parts[:-1] for name in images_alone(pictures)}
    files = _listed(label_files, needed=labels in ("auto", "file"))
    parts = divided(entries) or _divided_by(splits_of(files, list(entries)), entries)
    splits = {} if parts is None else {name: len(part) for name, part in parts.items()}
    if parts is None:
        parts = {"train": without_wrapper(entries)}
    inside = {name: folders for part in parts.values() for name, folders in part.items()}
    classes, why = _classes(inside, files, labels, level)
    class_names = tuple(sorted(set(classes.values()), key=natural))
    index = {name: place for place, name in enumerate(class_names)}
    chosen = _chosen(parts, splits, split)
    captions = captions_of(files, list(entries))
    return Layout(
        pictures=chosen,
        labels=[index.get(classes.get(name, ""), -1) for name in chosen],
        class_names=class_names,
        splits=splits,
        beside=[name for name in pictures if name not in inside],
        why=why,
        captions=[captions.get(name, "") for name in chosen],
    )


def _listed(label_files: Mapping[str, bytes], needed: bool) -> list[Listed]:
    """Return what the files say; of damaged ones nothing, unless they are needed."""
    found = []
    for name, content in label_files.items():
        try:
            found.append(listed(name, content))
        except DataError:
            if needed:
                raise
    return found


def _divided_by(splits: Mapping[str, str], entries: Entries) -> dict[str, Entries] | None:
    """Return the pictures of each split that a file tells; None where it tells of none."""
    left = without_wrapper(entries)
    parts: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, split in splits.items():
        parts.setdefault(split, {})[name] = left[name]
    return parts or None


def natural(name: str) -> tuple:
    """Return a key that sorts 2 before 10."""
    pieces = re.findall(r"\d+|\D+", name)
    return [_number(piece) if piece.isdecimal() else (1, piece) for piece in pieces], name


def _number(digits: str) -> tuple:
    # Not as an int, of which Python makes none from more than 4,300 digits.
    digits = digits.lstrip("0")
    return (0, len(digits), digits)


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
    entries: Entries, files: Sequence[Listed], labels: str, level: int
) -> tuple[dict[str, str], str]:
    """Return the class of each picture that has one, and in words where they come from."""
    if labels == "none":
        return {}, "data.labels=none"
    if labels in ("auto", "file"):
        found = labels_of(files, list(entries))
        where = " and ".join(sorted({file.path.name for file in files if file.labels is not None}))
        if labels == "auto" and found is not None and len(set(found.values())) < 2:
            return {}, f"{'one class' if found else 'no labels'} in {where}"
        if found:
            return found, f"labels in {where}"
        if labels == "file":
            raise ConfigError(
                f"data.labels=file: no file says the classes of these images; it would be called "
                f"{', '.join(NAMES[:-1])} or {NAMES[-1]}. Leave data.labels out, or see "
                "docs/data.md for what has to be in it."
            )
    return _classes_by_folder(entries, labels, level)


def _classes_by_folder(entries: Entries, labels: str, level: int) -> tuple[dict[str, str], str]:
    found = {
        name: _class_name(folders[level - 1])
        for name, folders in entries.items()
        if len(folders) >= level
    }
    if not found and (labels == "folder" or level > 1):
        raise ConfigError(
            f"data.labels={labels} data.level={level}: no image lies in a folder of level {level}, "
            f"counted below wrappers and splits; lower data.level, or set data.labels=none."
        )
    if labels == "folder":
        return found, "labels by folder"
    if not found:
        return {}, "no class folders and no file of labels"
    if len(set(found.values())) == 1:
        return {}, "a single folder, which is no class"
    if level == 1 and _are_parts(entries):
        return {}, "the folders look like parts of one set; data.labels=folder makes them classes"
    deeper = {folders[level] for folders in entries.values() if len(folders) > level}
    also = f"; data.level={level + 1} takes the folders inside them" if len(deeper) > 1 else ""
    return found, f"labels by folder{also}"


def _class_name(folder: str) -> str:
    # Equal letters may be written in two ways, and a byte may be no letter at all.
    return normalize("NFC", folder).encode(errors="backslashreplace").decode()


def _are_parts(entries: Entries) -> bool:
    """Whether first folders are numbered parts of one heap rather than classes."""
    tops = [top for top in tops_of(entries) if top]
    parts = [NAMED_PART.fullmatch(top) for top in tops]
    if all(parts) and len({part[1] for part in parts}) == 1:
        return True
    if _are_by_hash(entries):
        return True
    numbered = all(NUMBERED.fullmatch(top) for top in tops) and len(set(map(len, tops))) == 1
    if not numbered or not any(top.startswith("0") for top in tops):
        return False
    # Classes may have such numbers too, as traffic signs of GTSRB have: then each folder counts its
    # images from the start, and they hold unequal numbers.
    names = Counter(PurePosixPath(name).name for name in entries)
    *full, _ = [count for top, count in sorted(tops_of(entries).items()) if top]
    return max(names.values()) == 1 or len(set(full)) == 1


def _are_by_hash(entries: Entries) -> bool:
    """Whether folders are the first letters of the files' names, as wrappers above may be too."""
    decimal = True
    for name, folders in entries.items():
        path = PurePosixPath(name)
        letters = list(takewhile(LETTERS.fullmatch, reversed(path.parts[:-1])))
        begins = path.stem.startswith("".join(reversed(letters)))
        if not (len(letters) >= len(folders) > 0 and begins and HASH.fullmatch(path.stem)):
            return False
        decimal = decimal and path.stem.isdecimal()
    return not decimal  # else the first may be a digit, and the rest the number of its picture
