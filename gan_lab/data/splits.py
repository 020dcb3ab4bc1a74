"""Folders as people have them: wrappers, and train, valid and test.

All functions work on `Entries`: the full name of each picture, and the folders left of it, those
that still have to be understood. Nothing here reads a file.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

Entries = Mapping[str, tuple[str, ...]]

SPLIT_WORDS = {
    "train": "train", "training": "train", "trn": "train",
    "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid", "eval": "valid",
    "test": "test", "testing": "test", "tst": "test", "holdout": "test", "evaluation": "test",
}  # fmt: skip
_FORMS = "|".join(
    rf"[{word[0]}{word[0].upper()}]{word[1:]}(?![a-z])|{word.upper()}(?![A-Za-z])"
    for word in sorted(SPLIT_WORDS, key=len, reverse=True)
)
# As a word of its own: seg_train, train2017, trainA, TestSet; but not trains, contrast, DEVICE.
SPLIT = re.compile(rf"(?<![A-Za-z])(?:{_FORMS})")
# What adds nothing to the word of a split.
FILLERS = {
    "", "set", "image", "images", "img", "imgs", "data", "dataset", "pictures", "photos", "seg",
}  # fmt: skip


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
    """Take off every folder that holds all pictures.

    Args:
        entries: pictures.
        keep: first folders that are no wrappers, although they are alone.
    """
    while (wrapper := _wrapper(entries)) and wrapper not in keep:
        entries = by_top(entries)[wrapper]
    return entries


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


@lru_cache(maxsize=1 << 16)
def split_of(folder: str) -> tuple[str, str] | None:
    """Return the split that a folder's name tells, and what else the name says; None: no split."""
    found = SPLIT.search(folder)
    if found is None:
        return None
    return SPLIT_WORDS[found[0].lower()], _rest(
        f"{folder[: found.start()]} {folder[found.end() :]}"
    )


def _rest(words: str) -> str:
    """Return what a name says besides a split."""
    rest = re.split(r"[\W_]+", words)
    return " ".join(word for word in rest if word.lower() not in FILLERS and not word.isdecimal())


def _roles(tops: Iterable[str]) -> dict[str, tuple[str, str] | None]:
    """Return `split_of` of each folder; `birds` is train beside `birds-test`, if no other is."""
    roles = {top: split_of(top) for top in tops}
    told = set(roles.values())
    for top, role in roles.items():
        rest = _rest(top)
        others = told & {("test", rest), ("valid", rest)}
        if role is None and others and ("train", rest) not in told and (rest or top.isalpha()):
            roles[top] = ("train", rest)
    return roles


def _wrapper(entries: Entries) -> str:
    """Return the folder in which all pictures are; "" if there is none."""
    tops = tops_of(entries)
    return next(iter(tops)) if len(tops) == 1 else ""


def _split_folders(entries: Entries) -> dict[str, Entries] | None:
    """Divide by first folders that are splits, such as train and test, or trainA and trainB."""
    inside = by_top(entries)
    roles = _roles(inside)
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
    elif len(groups) > 1 and all(role and role[0] == "train" for role in roles.values()):
        several = groups  # domains, trainA and trainB, without any test
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
