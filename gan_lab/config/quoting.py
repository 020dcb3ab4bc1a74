"""Typed words, put into the form that Hydra can read.

Hydra gives a meaning to many characters: a path with an umlaut, a space, an equals sign or a tilde
is a mistake to it. Such values are put in quotes here, so that they mean what they say.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from gan_lab.config.limits import PATHS
from gan_lab.config.overrides import parse
from gan_lab.config.plain import quoted

PATH_KEYS = (*PATHS, "hydra.run.dir", "hydra.sweep.dir")
WORD = re.compile(r"([+]{0,2})([\w./@:-]+)=(.*)", re.DOTALL)
WITH_VALUE = ("--cfg", "-c", "--package", "-p", "--config-dir", "-cd")
PLAIN_LIST = re.compile(r"\[([^\[\]{}()'\"]*)\]")


def is_sweep(words: Sequence[str]) -> bool:
    """Return whether a command line is a sweep."""
    modes = [word for word in words if word.lstrip("+").startswith("hydra.mode=")]
    return any(word in ("-m", "--multirun") for word in words) or any(
        word.upper().rstrip("'\"").endswith("MULTIRUN") for word in modes
    )


def as_hydra_reads(words: Sequence[str]) -> list[str]:
    """Return a command line with values in quotes where Hydra would not read them as they stand.

    A path is taken letter by letter, and `~` in front of it is the user's own folder. With -m, a
    comma stands between values, unless there is such a path.
    """
    sweep = is_sweep(words)
    return [_read(word, sweep=sweep) for word in words]


def _read(word: str, *, sweep: bool) -> str:
    found = WORD.fullmatch(word)
    if not found or word.startswith("-"):
        return word
    plus, key, value = found.groups()
    said = _path(value, sweep=sweep) if key in PATH_KEYS else _value(value, sweep=sweep)
    return f"{plus}{key}={said}"


def _path(value: str, *, sweep: bool) -> str:
    if not value or value.lower() == "null" or _is_in_quotes(value):
        return _home_in_quotes(value)
    if value[0] in "'\"":
        return value  # which does not close
    # Hydra puts backslashes into it before it hands it on to the jobs of a sweep.
    if re.search(r"\$\\?\{", value):
        return value if _is_read(value) else quoted(value)
    if sweep and not os.path.lexists(_at_home(value)):
        if _is_read(value) and _meaning(value) is None:
            return value  # several values, in Hydra's own words
        if "," in value:
            return ",".join(_path(part.strip(), sweep=False) for part in value.split(","))
    text = _at_home(value)
    is_plain = re.fullmatch(r"[\w./+-]+", text, re.ASCII) and _meaning(text) == text
    return text if is_plain else quoted(text)


def _value(value: str, *, sweep: bool) -> str:
    if _is_read(value) or not value or "${" in value or re.search(r"^,|,,|,$", value):
        return value
    if found := PLAIN_LIST.fullmatch(value):
        return f"[{','.join(_element(part.strip()) for part in found[1].split(','))}]"
    if value[0] in "[{('\"":
        return value
    if sweep and "," in value:
        return ",".join(_element(part.strip()) for part in value.split(","))
    return quoted(value)


def _element(text: str) -> str:
    return text if _is_read(text) or text[:1] in ("'", '"') else quoted(text)


def _is_read(value: str) -> bool:
    try:
        parse(f"key={value}")
    except ValueError:
        return False
    return True


def _meaning(value: str) -> str | None:
    """Return the text that Hydra makes of the value, or None if it makes another thing of it."""
    try:
        override = parse(f"key={value}")
    except ValueError:
        return None
    if override.is_sweep_override() or not isinstance(override.value(), str):
        return None
    return override.value()


def _at_home(path: str) -> str:
    """Return the path with the user's own folder in place of `~`, or of `~NAME`."""
    if not path.startswith("~"):
        return path
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        return path  # nobody's


def _is_in_quotes(value: str) -> bool:
    return value[:1] in ("'", '"') and value[-1:] == value[0] and _meaning(value) is not None


def _home_in_quotes(value: str) -> str:
    if value[1:2] != "~":
        return value
    return quoted(_at_home(_meaning(value)))


def words_of(command: Sequence[str]) -> list[str]:
    """Return the words of a command line without its flags and what belongs to them."""
    return [
        word
        for before, word in zip(["", *command], command, strict=False)
        if before not in WITH_VALUE and not re.match(r"-[^\d.]", word)
    ]
