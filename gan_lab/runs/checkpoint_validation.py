"""What a checkpoint of gan_lab is made of, so that another program's is refused with a reason.

The file may be a stranger's. Loading it has run nothing; these checks keep what was loaded from
meaning more than data, or from never coming to an end.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Any
from unicodedata import category

import torch
from torch import Tensor

from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import MOST, nested
from gan_lab.safe_reading import is_zip

ESSENTIAL = {"state_dict": Mapping, "clock": dict, "config": dict, "overrides": list}
OPTIONAL = {
    "callbacks": dict, "optimizer_states": list, "lr_schedulers": list, "meters": dict,
    "threads": int, "data_sha256": dict, "labels": dict | None,
    "holds": list, "averaged": bool,
}  # fmt: skip
FORMATS = (2,)  # that this version reads; 1 had no number, one algorithm and two players
MOST_CLASSES = 1_000_000
LONGEST = 100_000  # characters of a text
LARGEST = 2**64  # of a whole number, such as a seed


def unpacks_to_more(path: Path) -> bool:
    """Return whether the file is a zip archive whose members are larger than itself.

    torch stores tensors as they are; a packed archive of a few megabytes could fill the memory.
    """
    if not is_zip(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist()) > path.stat().st_size


def reason_to_refuse(checkpoint: Any) -> str | None:
    """Return in what `checkpoint` differs from what gan_lab writes; None if it may be its own."""
    if not isinstance(checkpoint, dict):
        return f"it is of type {type(checkpoint).__name__}"
    for key in ESSENTIAL:
        if key not in checkpoint:
            return f"it has no {key}"
    for key, kind in (ESSENTIAL | OPTIONAL).items():
        if key in checkpoint and not isinstance(checkpoint[key], kind):
            return f"its {key} is of type {type(checkpoint[key]).__name__}"
    weights = checkpoint["state_dict"]
    if not all(type(name) is str and _is_plain_tensor(value) for name, value in weights.items()):
        return "its state_dict holds more than tensors"
    if not _is_count(checkpoint.get("format", 1)):
        return "its format is no number"
    if not all(_is_count(checkpoint["clock"].get(key)) for key in ("iteration", "images_seen")):
        return "its clock does not count iterations"
    if not all(type(word) is str and is_text(word) for word in checkpoint["overrides"]):
        return "its overrides are not words"
    if not all(type(name) is str and is_text(name) for name in checkpoint.get("callbacks", {})):
        return "its callbacks have no names"
    try:
        CONFIG(checkpoint["config"])
    except DamageError:
        return "its config is not plain data"
    hashes = checkpoint.get("data_sha256", {}).items()
    if not all(type(name) is str and type(value) in (str, NoneType) for name, value in hashes):
        return "its data_sha256 holds more than words"
    labels = checkpoint.get("labels")
    if not (_are_captions(labels) if labels and "words" in labels else _are_labels(labels)):
        return "its labels are no classes or captions with counts"
    return None


def _are_labels(labels: dict | None) -> bool:
    if labels is None:
        return True
    names, counts = labels.get("class_names"), labels.get("counts")
    return (
        type(names) is list
        and type(counts) is list
        and 0 < len(names) == len(counts) <= MOST_CLASSES
        and all(type(name) is str for name in names)
        and all(map(_is_count, counts))
        and sum(counts) > 0
    )


def _are_captions(captions: dict) -> bool:
    words, tokens, counts = (captions.get(key) for key in ("words", "tokens", "counts"))
    return (
        type(words) is list
        and all(type(word) is str and is_text(word) for word in words)
        and _is_plain_tensor(tokens)
        and tokens.dtype == torch.int64
        and tokens.ndim == 2
        and tokens.numel() > 0
        and 0 <= int(tokens.min()) <= int(tokens.max()) <= len(words)
        and type(counts) is list
        and len(counts) == len(tokens)
        and all(map(_is_count, counts))
        and sum(counts) > 0
    )


def is_text(text: str) -> bool:
    """Return whether it is what a person can type and a file of text can hold."""
    return len(text) <= LONGEST and not any(category(letter) in ("Cc", "Cs") for letter in text)


def _is_plain_tensor(value: Any) -> bool:
    return (
        isinstance(value, Tensor)
        and value.layout == torch.strided
        and not (value.is_meta or value.is_quantized or value.is_nested)
    )


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _key(key: Any) -> str:
    if type(key) is not str or not re.fullmatch(r"[\w-]+", key):
        raise DamageError("has a key that none of a configuration's is")
    return key


def _value(value: Any) -> Any:
    # What `${...}` stood for was put in its place before the checkpoint was written.
    if type(value) is str and (not is_text(value) or "${" in value):
        raise DamageError("holds a text that no value is")
    if type(value) not in (str, int, bool, float, type(None)) or value != value:
        raise DamageError("holds more than words and numbers")
    if type(value) is int and abs(value) >= LARGEST:
        raise DamageError("holds a number that no value is")
    return value


CONFIG = nested(_key, _value)
