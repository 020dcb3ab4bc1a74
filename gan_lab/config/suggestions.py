"""What to type instead of a key, an option or a value that is not there."""

from collections.abc import Iterable
from typing import get_type_hints

from gan_lab.config.options import groups, options_of
from gan_lab.config.schema import Root
from gan_lab.config.synonyms import for_keys, for_options, for_values, normal
from gan_lab.errors import ConfigError, did_you_mean, nearest

FEW = 12  # names that one reads in a message
# Groups whose keys are about themselves; what such a name means elsewhere is no help there.
OF_THEIR_OWN = ("logger.", "latent.", "callbacks.", "evaluation.metrics.")


def instead_of_key(name: str, behind: str, known: Iterable[str] = ()) -> str:
    """Return a sentence on what to type instead of `name`, a key that is not there.

    Args:
        name: dotted or not.
        behind: what was typed behind it, such as `=3`, or `.lr=3` where `name` should be a group.
        known: names that there are, beside its last part.
    """
    known = sorted({str(word) for word in known} - {"_target_"})
    prefix, _, last = name.rpartition(".")
    dotted = f"{prefix}." if prefix else ""
    if whole := for_keys().get(normal(name)) if prefix else None:
        return _typed(whole, behind)
    if same := {normal(word): word for word in known}.get(normal(last)):
        return f"Did you mean '{dotted}{same}{behind}'?"
    if prefix and last in (*get_type_hints(Root), *groups()):
        return f"Type {last}{behind}."
    elsewhere = None if dotted.startswith(OF_THEIR_OWN) else for_keys().get(normal(last))
    if (remedy := for_keys().get(normal(name)) or elsewhere) and remedy != name:
        return _typed(remedy, behind)
    if near := nearest(last, known):
        return f"Did you mean '{dotted}{near}{behind}'?"
    if known and len(known) <= FEW:
        return f"Known here: {', '.join(f'{dotted}{word}' for word in known)}."
    return "--help lists the keys, and --cfg job prints them all."


def no_such_key(
    name: str, value: str, known: Iterable[str] = (), *, below: str = ""
) -> ConfigError:
    """Return the error for `name=value`, whose key is not there.

    Args:
        name: of the key.
        value: as typed.
        known: names that there are, beside its last part.
        below: the rest of the key as typed, such as `.lr`, where `name` should be a group.
    """
    behind = f"{below}={value}"
    return ConfigError(
        f"{name}{behind}: there is no key {name}{below}. {instead_of_key(name, behind, known)}"
    )


def no_such_option(group: str, option: str, key: str = "") -> ConfigError:
    """Return the error for `group=option`, of which there is no file.

    Args:
        group: in which there is none.
        option: as typed.
        key: as typed, if it is not the group's name.
    """
    word = f"{key or group}={option}"
    known = options_of(group)
    same = {normal(word): word for word in known}.get(normal(option))
    remedy = for_options(group).get(normal(option))
    if same or not remedy:
        return ConfigError(f"{word} is not known.{did_you_mean(option, known)}")
    if remedy.startswith("It is not there"):
        return ConfigError(f"{word}{remedy.removeprefix('It')}")
    return ConfigError(f"{word} is not known. {remedy}")


def same_value(key: str, value: str) -> str | None:
    """Return what a closed list of words calls the value that others call `value`."""
    return for_values(key).get(normal(value))


def _typed(remedy: str, behind: str) -> str:
    return remedy if " " in remedy else f"Type {remedy}{behind}."
