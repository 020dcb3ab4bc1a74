"""Folders as people have them: wrappers, what lies beside the images, and train, valid and test.

All functions work on `Entries`: the full name of each picture, and the folders left of it, those
that still have to be understood. Nothing here reads a file.
"""

import re
from collections.abc import Iterable, Mapping

Entries = Mapping[str, tuple[str, ...]]

SPLIT_WORDS = {
    "train": "train", "training": "train", "trn": "train",
    "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid", "eval": "valid",
    "test": "test", "testing": "test", "tst": "test", "holdout": "test",
}  # fmt: skip
_LONGEST_FIRST = "|".join(sorted(SPLIT_WORDS, key=len, reverse=True))
# As a word of its own: seg_train, train2017, trainA, TestSet; but not trains, contrast, latest.
SPLIT = re.compile(rf"(?<![A-Za-z])(?i:{_LONGEST_FIRST})(?![a-z])")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# What adds nothing to the word of a split.
FILLERS = {
    "",
    "set",
    "image",
    "images",
    "img",
    "imgs",
    "data",
    "dataset",
    "pictures",
    "photos",
    "seg",
}
# The folder of the images, where others lie beside it, and what these are called.
IMAGES = {
    "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "data", "dataset",
}  # fmt: skip
BESIDE = {
    "annotation", "annotations", "anno", "label", "labels", "mask", "masks", "segmentation",
    "segmentations", "trimaps", "gt", "groundtruth", "truth", "doc", "docs", "assets", "figures",
    "screenshots", "src", "scripts", "notebooks", "results", "papers",
}  # fmt: skip

# Folders of a repository that may hold a picture or two.
DOCUMENTS = {"docs", "doc", "assets", "screenshots", "src", "scripts", "notebooks"}


def tops_of(entries: Entries) -> dict[str, int]:
    """Return how many pictures are below each first folder; "" stands for none."""
    counts: dict[str, int] = {}
    for folders in entries.values():
        top = folders[0] if folders else ""
        counts[top] = counts.get(top, 0) + 1
    return counts


def by_top(entries: Entries) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the pictures below each first folder, which is taken off."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, folders in entries.items():
        if folders:
            found.setdefault(folders[0], {})[name] = folders[1:]
    return found


def without_wrapper(entries: Entries, keep: Iterable[str] = ()) -> Entries:
    """Take off every folder that holds all pictures, or all but what lies beside the images.

    Args:
        entries: pictures.
        keep: first folders that are no wrappers, although they are alone.
    """
    while (wrapper := _wrapper(entries)) and wrapper not in keep:
        entries = by_top(entries)[wrapper]
    return _without_documents(entries)


def divided(entries: Entries) -> dict[str, Entries] | None:
    """Return the pictures of each split, without wrappers; None where nothing is divided.

    `train/CLASS`, `CLASS/train` and `trainCLASS` all become `CLASS` in train.
    """
    while True:
        found = _split_folders(entries) or _splits_of_classes(entries)
        if found is not None:
            tops = {
                top for part in found.values() if len(tops_of(part)) > 1 for top in tops_of(part)
            }
            return {split: without_wrapper(part, keep=tops) for split, part in found.items()}
        wrapper = _wrapper(entries)
        if not wrapper:
            return None
        entries = by_top(entries)[wrapper]


def split_of(folder: str) -> tuple[str, str] | None:
    """Return the split that a folder's name tells, and what else the name says; None: no split."""
    found = SPLIT.search(folder)
    if found is None:
        return None
    rest = re.split(r"[\W_]+", f"{folder[: found.start()]} {folder[found.end() :]}")
    others = [word for word in rest if word.lower() not in FILLERS and not word.isdecimal()]
    return SPLIT_WORDS[found[0].lower()], " ".join(others)


def _wrapper(entries: Entries) -> str:
    """Return the folder in which everything is that matters; "" if there is none."""
    tops = tops_of(entries)
    if len(tops) == 1:
        return next(iter(tops))
    images = [top for top in tops if IMAGES & _words(top)]
    others = [top for top in tops if top not in images]
    if len(images) != 1 or not all(not top or BESIDE & _words(top) for top in others):
        return ""
    return images[0] if tops[images[0]] > tops.get("", 0) else ""


def _without_documents(entries: Entries) -> Entries:
    """Leave out docs and the like beside two classes or more, each of which holds more pictures."""
    tops = tops_of(entries)
    classes = [count for top, count in tops.items() if top and top.lower() not in DOCUMENTS]
    if len(classes) < 2:
        return entries
    few = {top for top in tops if top.lower() in DOCUMENTS and tops[top] < min(classes)}
    return {name: folders for name, folders in entries.items() if few.isdisjoint(folders[:1])}


def _words(folder: str) -> set[str]:
    return {word.lower() for word in WORD.findall(folder)}


def _split_folders(entries: Entries) -> dict[str, Entries] | None:
    """Divide by first folders that are splits, such as train and test, or trainA and trainB."""
    inside = by_top(entries)
    roles = {top: split_of(top) for top in inside}
    groups: dict[str, dict[str, list[str]]] = {}
    for top, role in roles.items():
        if role is not None:
            groups.setdefault(role[1], {}).setdefault(role[0], []).append(top)
    several = {rest: group for rest, group in groups.items() if len(group) > 1}
    if "" in several:
        several = {"": several[""]}
    elif several and all(roles.values()):
        several = groups  # a domain or class may lack one of the splits
    elif roles and all(roles.values()) and "" in groups:
        several = {"": groups[""]}  # train beside train_masks, or train alone
    found: dict[str, Entries] = {}
    for rest, group in several.items():
        # What tells several trains apart is the class.
        prefix = (rest,) if len(several) > 1 else ()
        for split, tops in group.items():
            part = found.setdefault(split, {})
            for top in tops:
                part |= {name: prefix + left for name, left in inside[top].items()}
    return found or None


def _splits_of_classes(entries: Entries) -> dict[str, Entries] | None:
    """Divide by second folders, where each first one holds several splits."""
    parts = {top: _split_folders(inside) for top, inside in by_top(entries).items()}
    if len(parts) < 2 or any(part is None or len(part) < 2 for part in parts.values()):
        return None
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for top, part in parts.items():
        for split, inside in part.items():
            found.setdefault(split, {}).update(
                {name: (top, *left) for name, left in without_wrapper(inside).items()}
            )
    return found
