"""What a file beside the images says of them: StyleGAN's dataset.json, Hugging Face's metadata.

`dataset.json` holds `{"labels": [[file name, label], ...]}` or null for none; `metadata.jsonl` a
JSON object per line and `metadata.csv` a row per image, with `file_name` and a column of labels, of
splits, of captions (`text`, as in captions.csv), or several. File names are relative to the file's
own folder. A label is a whole number, a word, or a list with a single number that is not 0.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

from gan_lab.data.splits import SPLIT_WORDS, split_of
from gan_lab.errors import DataError

NAMES = (
    "dataset.json", "metadata.jsonl", "metadata.csv", "labels.csv", "captions.csv",
    "train_labels.csv",
)  # fmt: skip
# Without blanks and underscores: image_id, Image ID and imageId are the same.
FILE_COLUMNS = (
    "filename", "file", "image", "img", "imagename", "path", "filepath", "imagepath", "imageid",
    "id",
)  # fmt: skip
LABEL_COLUMNS = (
    "label", "labels", "class", "classname", "classid", "category", "target", "breed", "species",
)  # fmt: skip
SPLIT_COLUMNS = ("split", "subset")
CAPTION_COLUMNS = ("text", "caption", "captions", "description", "prompt", "sentence")
EMPTY = (None, "")
FRACTION = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
# Enough for ImageNet; in memory an entry takes ten times its bytes.
LARGEST_BYTES = 64 << 20
MOST_FILES = 20
MOST_ENTRIES = 3_000_000


def _same(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")


SAME_NAMES = frozenset(map(_same, NAMES))


@dataclass(frozen=True)
class Listed:
    """What a file says.

    Attributes:
        path: its name; what it says is relative to its folder.
        labels: class by file name, empty if it says that there are none; None: it does not say.
        splits: train, valid or test by file name, as far as it says so.
        captions: by file name, as far as it has some; of several of one image the first.
    """

    path: PurePosixPath
    labels: Mapping[str, str] | None
    splits: Mapping[str, str]
    captions: Mapping[str, str] = field(default_factory=dict)


def is_label_file(name: str) -> bool:
    """Return whether a file of this name may hold labels; trainLabels.csv is train_labels.csv."""
    return _same(PurePosixPath(name).name) in SAME_NAMES


def nearest(files: Sequence[str]) -> list[str]:
    """Return the label files of the uppermost folders, as many as are read."""
    return sorted(files, key=lambda name: (name.count("/"), name))[:MOST_FILES]


def labels_of(files: Sequence[Listed], pictures: Sequence[str]) -> dict[str, str] | None:
    """Return the class that the files give each picture, as far as they do.

    Args:
        files: see `listed`.
        pictures: names, relative to the same folder as those of the files.

    Returns:
        `{picture: class}`, empty where a file says that there are no labels; None where the files
        say nothing of these pictures.
    """
    told = [(file, file.labels) for file in files if file.labels is not None]
    found = _matched(told, pictures)
    return None if not told or (not found and any(labels for _, labels in told)) else found


def splits_of(files: Sequence[Listed], pictures: Sequence[str]) -> dict[str, str]:
    """Return the split that the files put each picture in, as far as they do."""
    return _matched([(file, file.splits) for file in files], pictures)


def captions_of(files: Sequence[Listed], pictures: Sequence[str]) -> dict[str, str]:
    """Return the caption that the files give each picture, as far as they do."""
    return _matched([(file, file.captions) for file in files], pictures)


def _matched(
    files: Sequence[tuple[Listed, Mapping[str, str]]], pictures: Sequence[str]
) -> dict[str, str]:
    """Return what is said of each picture.

    A file may leave out endings, and folders too where only one picture below it has that name.
    """
    if not any(told for _, told in files):
        return {}
    paths = {picture: PurePosixPath(_plain(picture)) for picture in pictures}
    found: dict[str, str] = {}
    for file, told in files:
        folder = file.path.parent
        below = {
            picture: path.relative_to(folder)
            for picture, path in paths.items()
            if path.is_relative_to(folder)
        }
        # train_labels.csv is about the pictures in train/.
        split, _ = split_of(file.path.stem) or ("", "")
        meant = {picture: path for picture, path in below.items() if _is_of(path, split)}
        below = meant or below
        times = Counter(path.name for path in below.values())
        for picture, path in below.items():
            ways = [path.as_posix(), path.with_suffix("").as_posix()]
            if times[path.name] == 1:
                ways += [path.name, path.stem]
            named = [way for way in ways if way in told]
            if named:
                found[picture] = told[named[0]]
    return found


def _is_of(path: PurePosixPath, split: str) -> bool:
    roles = [split_of(part) for part in path.parts[:-1]] if split else []
    return any(role is not None and role[0] == split for role in roles)


def listed(file: str, content: bytes) -> Listed:
    """Return what a file says.

    Raises:
        DataError: it is damaged.
    """
    try:
        structure = (b"[", b"{") if file.lower().endswith(".json") else (b"[", b"{", b"\n")
        if len(content) > LARGEST_BYTES or sum(map(content.count, structure)) > MOST_ENTRIES:
            raise ValueError(f"it has more than {MOST_ENTRIES:,} entries")
        text = content.decode("utf-8-sig")
        if file.lower().endswith(".json"):
            labels, splits, texts = _of_dataset(json.loads(text)), [], []
        elif file.lower().endswith(".jsonl"):
            labels, splits, texts = _of_rows(
                json.loads(line) for line in text.splitlines() if line.strip()
            )
        else:
            header, _, _ = text.partition("\n")
            delimiter = max(",;\t", key=header.count)
            rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
            labels, splits, texts = _of_rows(rows)
        classes = None if labels is None else _classes_of(labels)
        captions: dict[str, str] = {}
        for name, caption in texts:
            captions.setdefault(_plain(str(name)), str(caption))
        parts = {_plain(str(name)): SPLIT_WORDS.get(str(word).lower()) for name, word in splits}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, csv.Error) as error:
        raise DataError(
            f"{file} beside the images cannot be read ({error}); repair it, or set "
            "data.labels=folder or data.labels=none to do without."
        ) from error
    path = PurePosixPath(_plain(file))
    return Listed(path, classes, {} if None in parts.values() else parts, captions)


def _of_dataset(node: Any) -> list[tuple[str, Any]] | None:
    if not isinstance(node, dict) or "labels" not in node:
        return None  # a file of somebody else's
    labels = node["labels"] or []
    pairs = labels.items() if isinstance(labels, dict) else labels
    return [(name, label) for name, label in pairs]


def _of_rows(
    rows: Iterable[Mapping[str, Any]],
) -> tuple[list[tuple] | None, list[tuple], list[tuple]]:
    """Return pairs of name and label, None without such a column; of split; and of caption."""
    rows = iter(rows)
    first = next(rows, {})
    columns = [key for key in first if isinstance(key, str)]
    name, label, split, caption = (
        _first_of(wanted, columns)
        for wanted in (FILE_COLUMNS, LABEL_COLUMNS, SPLIT_COLUMNS, CAPTION_COLUMNS)
    )
    if name is None:
        return None, [], []
    labels, splits, captions = [], [], []
    known = ((label, labels), (split, splits), (caption, captions))
    wanted = [(column, pairs) for column, pairs in known if column]
    for row in chain([first], rows) if wanted else ():
        for column, pairs in wanted:
            if row.get(column) not in EMPTY:
                pairs.append((row[name], row[column]))
    return (None if label is None else labels), splits, captions


def _first_of(wanted: Sequence[str], columns: Sequence[str]) -> str | None:
    return next((key for word in wanted for key in columns if _same(key) == word), None)


def _classes_of(labels: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Return the class by file name; none at all if these are attributes or measurements."""
    classes: dict[str, str] = {}
    for name, label in labels:
        known = _class_of(label)
        if known is None or classes.setdefault(_plain(str(name)), known) != known:
            return {}
    return classes


def _class_of(label: Any) -> str | None:
    if isinstance(label, list):
        if len(label) == 1 and not isinstance(label[0], list):
            return _class_of(label[0])
        hot = [index for index, value in enumerate(label) if value]
        return str(hot[0]) if len(hot) == 1 else None
    if isinstance(label, str) and FRACTION.fullmatch(label):
        label = float(label)
    if isinstance(label, float):
        return str(int(label)) if label.is_integer() else None
    return str(label) if isinstance(label, int | str) else None


def _plain(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    return normalize("NFC", "/".join(part for part in parts if part not in ("", ".")))
