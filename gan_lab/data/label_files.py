"""Labels that stand in a file beside the images: StyleGAN's dataset.json, Hugging Face's metadata.

`dataset.json` holds `{"labels": [[file name, label], ...]}` or null for none; `metadata.jsonl` a
JSON object per line and `metadata.csv` a row per image, with `file_name` and a column of labels.
File names are relative to the file's own folder. A label is a whole number, a word, or a list with
a single number that is not 0.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

from gan_lab.errors import DataError

NAMES = ("dataset.json", "metadata.jsonl", "metadata.csv", "labels.csv")
FILE_COLUMNS = ("file_name", "filename", "file", "image", "path", "image_id", "id")
LABEL_COLUMNS = ("label", "labels", "class", "class_name", "category", "target")
LARGEST_BYTES = 256 << 20


def is_label_file(name: str) -> bool:
    """Return whether a file of this name may hold labels."""
    return PurePosixPath(name).name in NAMES


def labels_of(files: Mapping[str, bytes], pictures: Sequence[str]) -> dict[str, str] | None:
    """Return the class that the files give each picture, as far as they do.

    Args:
        files: content of each label file by its name.
        pictures: names, relative to the same folder as those of the files.

    Returns:
        `{picture: class}`, empty where a file says that there are no labels; None where the files
        say nothing of these pictures.

    Raises:
        DataError: a file is damaged.
    """
    found: dict[str, str] = {}
    said = False
    for file, content in files.items():
        labels = _read(file, content)
        if labels is None:
            continue
        said = True
        folder = PurePosixPath(file).parent
        found |= {_plain((folder / name).as_posix()): label for name, label in labels.items()}
    if not said:
        return None
    # Some leave out the endings.
    labelled = {
        picture: found[key]
        for picture in pictures
        if (key := _plain(picture)) in found or (key := _without_ending(key)) in found
    }
    return None if found and not labelled else labelled


def _read(file: str, content: bytes) -> dict[str, str] | None:
    try:
        text = content.decode("utf-8-sig")
        if file.endswith(".json"):
            pairs = _of_dataset(json.loads(text))
        elif file.endswith(".jsonl"):
            pairs = _of_rows([json.loads(line) for line in text.splitlines() if line.strip()])
        else:
            pairs = _of_rows(list(csv.DictReader(io.StringIO(text, newline=""))))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, csv.Error) as error:
        raise DataError(
            f"{file} beside the images cannot be read ({error}); repair it, or set "
            "data.labels=folder or data.labels=none to do without."
        ) from error
    if pairs is None:
        return None
    labels = {str(name): _class_of(label) for name, label in pairs}
    # Attributes, several of which an image may have, are no classes.
    return {} if None in labels.values() else labels


def _of_dataset(node: Any) -> list[tuple[str, Any]] | None:
    if not isinstance(node, dict) or "labels" not in node:
        return None  # a file of somebody else's
    labels = node["labels"] or []
    pairs = labels.items() if isinstance(labels, dict) else labels
    return [(name, label) for name, label in pairs]


def _of_rows(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]] | None:
    columns = [key for key in (rows[0] if rows else {}) if isinstance(key, str)]
    name = next((key for key in columns if key.lower() in FILE_COLUMNS), None)
    label = next((key for key in columns if key.lower() in LABEL_COLUMNS), None)
    if name is None or label is None:
        return None
    return [(row[name], row[label]) for row in rows if row.get(label) not in (None, "")]


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


def _without_ending(name: str) -> str:
    return PurePosixPath(name).with_suffix("").as_posix()
