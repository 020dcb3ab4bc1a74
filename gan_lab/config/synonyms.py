"""What other programs call keys, options and values, and what to type here instead.

The words stand in `synonyms.yaml`. It is read when a word is not known, so it costs nothing else.
"""

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yaml")

Remedies = dict[str, str]  # by the name that is used elsewhere


def for_keys() -> Remedies:
    """Return what to type instead of a key: another key, or a sentence."""
    return _remedies(_tables()["keys"])


def for_options(group: str) -> Remedies:
    """Return sentences on what to choose in a group instead of an option."""
    return _remedies(_tables()["options"].get(group, []))


def for_values(key: str) -> Remedies:
    """Return the words of a closed list by what others call them."""
    return _remedies(_tables()["values"].get(key, []))


def normal(word: str) -> str:
    """Return a word as the tables have it: lower case, with underscores."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _remedies(rows: list[dict[str, str]]) -> Remedies:
    return {name: row["remedy"] for row in rows for name in row["names"].split()}


@cache
def _tables() -> dict:
    return yaml.safe_load(FILE.read_text("utf-8"))
