"""Labels that stand in a file beside the images: StyleGAN's dataset.json, Hugging Face's metadata.

`dataset.json` holds `{"labels": [[file name, label], ...]}` or null for none; `metadata.jsonl` a
JSON object per line and `metadata.csv` a row per image, with `file_name` and a column of labels.
File names are relative to the file's own folder. A label is a whole number, a word, or a list with
a single number that is not 0.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

from gan_lab.errors import DataError

NAMES = ("dataset.json", "metadata.jsonl", "metadata.csv", "labels.csv", "train_labels.csv")
FILE_COLUMNS = ("file_name", "filename", "file", "image", "path", "image_id", "id")
LABEL_COLUMNS = ("label", "labels", "class", "class_name", "category", "target", "breed")
EMPTY = (None, "")
# Enough for ImageNet; in memory an entry takes ten times its bytes.
LARGEST_BYTES = 64 << 20
MOST_FILES = 20
MOST_ENTRIES = 3_000_000


def is_label_file(name: str) -> bool:
    """Return whether a file of this name may hold labels."""
    return PurePosixPath(name).name in NAMES


def nearest(files: Sequence[str]) -> list[str]:
    """Return the label files of the uppermost folders, as many as are read."""
    return sorted(files, key=lambda name: (name.count("/"), name))[:MOST_FILES]


def labels_of(files: Mapping[str, bytes], pictures: Sequence[str]) -> dict[str, str] | None:
    """Return the class that the files give each picture, as far as they do.

    A file may leave out endings, and folders too where only one picture below it has that name.

    Args:
        files: content of each label file by its name.
        pictures: names, relative to the same folder as those of the files.

    Returns:
        `{picture: class}`, empty where a file says that there are no labels; None where the files
        say nothing of these pictures.

    Raises:
        DataError: a file is damaged.
    """
    paths = {picture: PurePosixPath(_plain(picture)) for picture in pictures}
    listed = {file: labels for file in files if (labels := _read(file, files[file])) is not None}
    found: dict[str, str] = {}
    for file, labels in listed.items():
        folder = PurePosixPath(_plain(file)).parent
        below = {
            picture: path.relative_to(folder)
            for picture, path in paths.items()
            if path.is_relative_to(folder)
        }
        times = Counter(path.name for path in below.values())
        for picture, path in below.items():
            ways = [path.as_posix(), path.with_suffix("").as_posix()]
            if times[path.name] == 1:
                ways += [path.name, path.stem]
            named = [way for way in ways if way in labels]
            if named:
                found[picture] = labels[named[0]]
    return None if not listed or (not found and any(listed.values())) else found


def _read(file: str, content: bytes) -> dict[str, str] | None:
    """Return the labels by file name, empty if there are none; None if it is no file of labels."""
    try:
        structure = (b"[", b"{") if file.endswith(".json") else (b"[", b"{", b"\n")
        if len(content) > LARGEST_BYTES or sum(map(content.count, structure)) > MOST_ENTRIES:
            raise ValueError(f"it has more than {MOST_ENTRIES:,} entries")
        text = content.decode("utf-8-sig")
        if file.endswith(".json"):
            pairs = _of_dataset(json.loads(text))
        elif file.endswith(".jsonl"):
            pairs = _of_rows(json.loads(line) for line in text.splitlines() if line.strip())
        else:
            pairs = _of_rows(csv.DictReader(io.StringIO(text, newline="")))
        if pairs is None:
            return None
        labels = {_plain(str(name)): _class_of(label) for name, label in pairs}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, csv.Error) as error:
        raise DataError(
            f"{file} beside the images cannot be read ({error}); repair it, or set "
            "data.labels=folder or data.labels=none to do without."
        ) from error
    # Attributes, several of which an image may have, are no classes.
    return {} if None in labels.values() else labels


def _of_dataset(node: Any) -> list[tuple[str, Any]] | None:
    if not isinstance(node, dict) or "labels" not in node:
        return None  # a file of somebody else's
    labels = node["labels"] or []
    pairs = labels.items() if isinstance(labels, dict) else labels
    return [(name, label) for name, label in pairs]


def _of_rows(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Any]] | None:
    rows = iter(rows)
    first = next(rows, {})
    columns = [key for key in first if isinstance(key, str)]
    name, label = (_first_of(wanted, columns) for wanted in (FILE_COLUMNS, LABEL_COLUMNS))
    if name is None or label is None:
        return None
    return ((row[name], row[label]) for row in chain([first], rows) if row.get(label) not in EMPTY)


def _first_of(wanted: Sequence[str], columns: Sequence[str]) -> str | None:
    return next((key for word in wanted for key in columns if key.lower() == word), None)


def _class_of(label: Any) -> str | None:
    if isinstance(label, list):
        hot = [index for index, value in enumerate(label) if value]
        if len(label) == 1 and isinstance(label[0], int | str):
            return str(label[0])
        return str(hot[0]) if len(hot) == 1 else None
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label) if isinstance(label, int | str) else None


def _plain(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    return normalize("NFC", "/".join(part for part in parts if part not in ("", ".")))
