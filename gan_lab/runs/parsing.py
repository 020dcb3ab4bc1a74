"""Reads the text files of a run, within limits.

A run directory may be a stranger's, or torn by a full disk. Whatever its files hold, reading them
ends soon, runs nothing, and says what is wrong in a few words.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gan_lab.safe_reading import FILE, TooLargeError, kind_of, read_file

MOST_BYTES: Mapping[str, int] = {".json": 8 << 20, ".yaml": 1 << 20, ".csv": 64 << 20}
# Far beyond what gan_lab writes.
DEEPEST = 12
MOST_VALUES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DamageError(Exception):
    """What is wrong with a file, or a value in it, in words such as `is a link, not a file`."""


def read_text(path: Path, most: int | None = None) -> str | None:
    """Return the text of a file; None if there is none.

    Args:
        path: of the file. A link there is not followed, and a pipe is not waited for.
        most: bytes that it may have; None for what suits its kind.

    Raises:
        DamageError: it is no file, too large, not text, or cannot be read.
    """
    most = most or MOST_BYTES[path.suffix]
    try:
        kind = kind_of(path)
        if kind is None:
            return None
        if kind != FILE:
            raise DamageError(f"is {kind}, not a file")
        return read_file(path, most).decode()
    except UnicodeDecodeError as error:
        raise DamageError("is not UTF-8 text") from error
    except TooLargeError as error:
        raise DamageError(f"is larger than {most >> 20} MiB") from error
    except OSError as error:
        raise DamageError(f"cannot be read ({error.strerror or error})") from error


def parse_json(text: str) -> Any:
    """Return what JSON says.

    Raises:
        DamageError: it is no plain JSON with finite numbers, in which each key stands once.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_once_each, parse_constant=_refuse, parse_int=_whole
        )
    except (ValueError, RecursionError) as error:
        raise DamageError("is not JSON") from error


def parse_yaml(text: str) -> Any:
    """Return what YAML says.

    Raises:
        DamageError: it is no YAML, or has aliases or much depth, which gan_lab never writes.
    """
    try:
        _refuse_what_grows(text)
        return _LOADER(text).get_single_data()
    except DamageError:
        raise
    except Exception as error:  # PyYAML lets much else through, for `!!int ""` an IndexError
        raise DamageError("is not YAML") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _refuse_what_grows(text: str) -> None:
    """Refuse aliases, by which a few lines hold billions of values or themselves, and depth."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, _LOADER)):
        if isinstance(event, yaml.AliasEvent):
            raise DamageError("holds a YAML alias")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or number > MOST_VALUES:
            raise DamageError("is deeper or longer than any configuration")
