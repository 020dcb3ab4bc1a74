"""What a run is called, and described by, where many runs are shown together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Override

from gan_lab.config.limits import DATA_PATHS, FREE_TO_CHANGE, MODEL
from gan_lab.config.options import groups
from gan_lab.config.overrides import parse

LONGEST = 60  # characters of a name
# Where, how long and how loudly something runs is no part of what it is; its length may be.
ASIDE = ({*FREE_TO_CHANGE} - {"iterations"}) | {"trainer", "sweep"}
# Options that say nothing without the name of their group.
VAGUE = ("null", "none", "auto")
ALWAYS = ("seed", "iterations", "batch_size")


def short_name(overrides: Sequence[str], choices: Mapping[str, str | None]) -> str:
    """Return in few words what was typed: `dcgan-mnist lsgan lr=0.001`.

    Model and data come first, unless one of them was typed, or an experiment, which has them. Of
    too many words it is the last ones, in which the jobs of a sweep differ.

    Args:
        overrides: the words that led to the run.
        choices: the option of each group.
    """
    words = _telling(overrides)
    keys = [word.key_or_group for word in words]
    parts = [_short(word, keys) for word in words]
    if not {"experiment", "model", "data"} & {*keys}:
        parts.insert(0, f"{choices['model']}-{choices['data']}")
    while len(" ".join(parts)) > LONGEST and len(parts) > 1:
        parts.pop(0)
    return " ".join(parts)[:LONGEST]


def parameters(
    overrides: Sequence[str], choices: Mapping[str, str | None], config: Mapping[str, Any]
) -> dict[str, str | float]:
    """Return the few values that a table of runs has a column for.

    These are the options of the groups that make a run, its seed, its length, its batch, and what
    was typed. The whole configuration has hundreds.
    """
    chosen = {group: choices.get(group) for group in ("experiment", "data", *MODEL)}
    found = {group: option for group, option in chosen.items() if option}
    found |= {key: config[key] for key in ALWAYS}
    for word in _telling(overrides):
        if word.key_or_group not in found and not word.is_delete():
            value = word.value()
            found[word.key_or_group] = value if isinstance(value, int | float) else _text(word)
    return found


def _telling(overrides: Sequence[str]) -> list[Override]:
    """Return the words that say what a run is."""
    words = map(parse, overrides)
    return [word for word in words if _first(word.key_or_group) not in ASIDE]


def _first(key: str) -> str:
    return key.replace("/", ".").partition(".")[0]


def _short(word: Override, keys: Sequence[str]) -> str:
    key, text = word.key_or_group, _text(word)
    if word.is_delete():
        return f"~{key}"
    if key in groups() and text not in VAGUE:
        return text
    return f"{_shortest(key, keys)}={text}"


def _shortest(key: str, keys: Sequence[str]) -> str:
    """Return the end of a dotted key that no other one has."""
    parts = key.split(".")
    ends = (".".join(parts[-n:]) for n in range(1, len(parts) + 1))
    others = [other for other in keys if other != key]
    return next(
        (end for end in ends if not any(f".{other}".endswith(f".{end}") for other in others)), key
    )


def _text(word: Override) -> str:
    text = str(word.get_value_element_as_str()).strip("[]'")
    return Path(text).name if word.key_or_group in DATA_PATHS else text
