"""Hydra's complaints about a command line, in words that name the nearest thing that would work.

Hydra itself suggests to add a misspelt key with `+`, and lists its search path.
"""

import re
from collections.abc import Sequence
from itertools import islice

from omegaconf import DictConfig, OmegaConf

from gan_lab.config.check import several_options
from gan_lab.config.composition import composition
from gan_lab.config.hydra_keys import unknown_hydra_key
from gan_lab.config.options import groups, made_of, mentions, options_of
from gan_lab.config.schema import tasks
from gan_lab.config.suggestions import instead_of_key, no_such_option
from gan_lab.config.synonyms import for_keys, normal
from gan_lab.dotted_keys import leaves
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.extras import EXTRAS, how_to_install

SOME = 3  # options that are named


def explain(error: Exception, overrides: list[str]) -> ConfigError:
    """Return what is wrong with the command line `overrides` that Hydra refused with `error`."""
    message = str(error)
    if isinstance(error, OSError) and error.filename:
        return ConfigError(
            f"hydra.run.dir: {error.filename} cannot be made ({error.strerror}). "
            f"Name another directory for the run."
        )
    if "appears more than once" in message and (several := several_options(overrides)):
        return several  # each of which chooses the same parts, as in data=[horse2zebra,maps]
    if found := re.search(r"Could not override '([^']+)'", message):
        if message.startswith("In '"):  # a file overrides it, not the command line
            return ConfigError(message.splitlines()[0])
        if found[1].startswith("hydra."):
            return unknown_hydra_key(found[1])
        if "@" in found[1]:
            return _no_such_source(found[1], overrides)
        return _unknown_override(found[1], overrides)
    for extra in EXTRAS:
        if re.search(rf"hydra/(sweeper|launcher)/{extra}|hydra_plugins\.hydra_{extra}_", message):
            return ConfigError(f"{extra} is not installed: {how_to_install(extra)}")
    if found := re.search(r"Could not (?:find|load) '([^']+)'", message):
        group, _, option = found[1].rpartition("/")
        sources = (word.rpartition("=") for word in overrides if word.startswith(f"{group}@"))
        key = next((key for key, _, value in sources if value == option), group)
        return no_such_option(group, option, key)
    if message.startswith("Config group override"):  # logger=null, loss=3
        for word in overrides:
            group, _, option = word.lstrip("+").partition("=")
            is_name = option.startswith("[") or option in options_of(group)
            if group in groups() and not is_name:
                return no_such_option(group, option)
    if found := re.match(r"Multiple values for ([\w/]+)\.", message):
        return _not_added_or_taken_away("append", found[1], overrides)
    if found := re.match(r"Could not (delete|append)\b.*?'([^']+)'", message):
        return _not_added_or_taken_away(found[1], found[2], overrides)
    return ConfigError(message.splitlines()[0])


def _not_added_or_taken_away(how: str, key: str, overrides: list[str]) -> ConfigError:
    word = _word_about(key, overrides)
    if how == "append":
        return ConfigError(
            f"{word} adds what is already there: leave out the +, as in {word.lstrip('+')}."
        )
    return ConfigError(
        f"{word} deletes what is not there. Keys are set, as in {key}=VALUE, and never deleted."
    )


def _word_about(key: str, overrides: Sequence[str]) -> str:
    """Return the word that is about `key`, as it was typed."""
    names = (word.partition("=")[0].lstrip("+~").split("@")[0] for word in overrides)
    return next((word for word, name in zip(overrides, names, strict=False) if name == key), key)


def _no_such_source(key: str, overrides: Sequence[str]) -> ConfigError:
    """Return what is wrong with data@data.c=NAME, where there is no such source."""
    word = next((word for word in overrides if word.startswith(f"{key}=")), key)
    group, _, place = key.partition("@")
    if place.startswith(f"{group}.") and (owners := _options_with(place, group)):
        return ConfigError(f"{word}: {place} belongs to {' and to '.join(owners)}; type that, too.")
    chosen = [choice for choice in overrides if choice.startswith(f"{group}=")]
    nodes = composition(chosen).config
    known = [
        f"{group}@{group}.{name}"
        for name, node in (nodes.get(group) or {}).items()
        if isinstance(node, DictConfig) and "_target_" in node
    ]
    return ConfigError(f"{word}: there is no {place} to choose for.{did_you_mean(key, known)}")


def _unknown_override(key: str, overrides: list[str]) -> ConfigError:
    value = _word_about(key, overrides).partition("=")[2]
    return ConfigError(f"{key}={value}: there is no key {key}{why_not(key, value, overrides)}")


def why_not(key: str, value: str, overrides: Sequence[str]) -> str:
    """Return why there is no such key, and what to type instead, as the end of a sentence.

    It is compared with the groups, the root's keys, or the keys of the group that it names.
    """
    known_groups = groups()
    choices = [
        word
        for word in overrides
        if (group := word.split("=")[0].lstrip("+")) in known_groups
        and word.partition("=")[2] in options_of(group)
    ]
    config = composition(choices).config
    names = leaves(OmegaConf.to_container(config))
    parent, missing = _first_missing(config, key)
    node = OmegaConf.select(config, parent) if parent else config
    if missing in known_groups:
        return f" before {missing}=NAME chooses an option."
    if not isinstance(node, DictConfig):
        return f", because {parent} is one value."
    if owners := _options_with(key, parent.replace(".", "/")):
        return f". It belongs to {' and to '.join(owners)}."
    owners = [f"task={name}" for name, task in tasks().items() if key in task.__annotations__]
    if owners and normal(key) not in for_keys():
        return f". It belongs to {' and to '.join(owners)}."
    known = {str(name) for name in node} | (set() if parent else set(known_groups))
    # The end of a key (lr=1, discriminator.lr=1): what stands before it is missing.
    nested = [f"{name}={value}" for name in names if name.endswith(f".{key}")]
    if nested and normal(key) not in for_keys() | dict.fromkeys(map(normal, known)):
        return f". Did you mean {' or '.join(nested[:3])}?"
    return f". {instead_of_key(missing, f'{key.removeprefix(missing)}={value}', known)}"


def is_there(key: str) -> bool:
    """Return whether a command without choices has such a key or group."""
    return key in groups() or _first_missing(composition([]).config, key)[1] == ""


def _first_missing(config: DictConfig, key: str) -> tuple[str, str]:
    """Return how far the key can be followed, and the first name on its way that is not there."""
    parts = key.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        above = ".".join(parts[: length - 1])
        node = OmegaConf.select(config, above) if above else config
        if not isinstance(node, DictConfig) or parts[length - 1] not in node:
            return above, name
    return ".".join(parts[:-1]), ""


def _options_with(key: str, group: str) -> list[str]:
    """Return some options of `group` that have the key, as they would be chosen.

    Of an option that is made of another, the other is enough.
    """
    name = key.removeprefix(f"{group}.".replace("/", ".")).split(".")[0]
    likely = [
        option
        for option in (options_of(group) if group else [])
        if mentions(group, option, name)
        and not any(mentions(group, other, name) for other in made_of(group, option))
    ]
    chosen = (f"{group}={option}" for option in likely)
    # To compose one takes half a second.
    return [*islice((choice for choice in chosen if _has(composition([choice]).config, key)), SOME)]


def _has(config: DictConfig, key: str) -> bool:
    absent = object()
    return OmegaConf.select(config, key, default=absent) is not absent
