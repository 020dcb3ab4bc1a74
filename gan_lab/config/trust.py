"""Words of a command line that would choose code to run, or read files from anywhere.

What `_target_` may name below gan_lab's own keys is decided in build.py. Hydra has keys of its own,
and what they name runs before gan_lab does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import HydraException

from gan_lab.config.options import groups, options_of
from gan_lab.errors import ConfigError

# An option is a file of the search path, perhaps in a folder of its group: nothing that climbs.
OPTION = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")


def refuse_code_for_hydra(words: Sequence[str]) -> None:
    """Refuse a typed word that would make Hydra itself call something.

    Raises:
        ConfigError: names the word.
    """
    for word in words:
        if "_target_" in word and re.match(r"[\s+~]*hydra\b", word):
            raise ConfigError(
                f"{word} is refused, because Hydra would run what it names. hydra/launcher= and "
                f"hydra/sweeper= choose among those that are installed."
            )


def refuse_paths_as_options(words: Sequence[str]) -> None:
    """Refuse a typed word that would have an option read from outside the search path.

    Raises:
        ConfigError: names the word.
    """
    known = groups()
    for word in words:
        try:
            override = parse(word)
        except ValueError:
            continue  # Hydra says what is wrong with it
        group = override.key_or_group
        is_group = group in known or group.startswith("hydra/")
        if is_group and (path := path_as_option(override)):
            raise ConfigError(
                f"{word} is refused: {group}= takes the name of an option, and "
                f"'{path}' is a path. --config-dir=FOLDER adds a folder of options."
            )
        chosen = override.value()
        if group in known and isinstance(chosen, Glob):
            names = options_of(group)
            if not chosen.filter(names):
                raise ConfigError(f"{word} fits no option. {group}= is {' or '.join(names)}.")


def parse(word: str) -> Override:
    """Return what Hydra makes of `word`.

    Raises:
        ValueError: it is not of the form key=value.
    """
    try:
        override = OverridesParser.create().parse_override(word)
    except (HydraException, RecursionError) as error:
        raise ValueError(word) from error
    if not override.key_or_group:
        raise ValueError(word)
    return override


def group_of(key: str) -> str:
    """Return the group that a word's key chooses an option of; in `data@data.a` that is data."""
    return key.partition("@")[0]


def key_of(override: Override) -> str:
    """Return the key or group that `override` is about, without the signs in front of it."""
    return override.get_key_element().lstrip("+~")


def path_as_option(override: Override) -> str | None:
    """Return what `override` names that can be no option's name, or None."""
    if override.is_choice_sweep() and not isinstance(override._value, Glob):
        names = [name.strip("'\"") for name in override.sweep_string_iterator()]
    elif override.is_sweep_override():
        return None  # a pattern, which is compared with the options there are
    else:
        names = [value for value in values(override.value()) if isinstance(value, str)]
    return next((name for name in names if name and not OPTION.fullmatch(name)), None)


def values(node: Any) -> Iterator[Any]:
    """Yield every single value in `node`, keys of mappings included."""
    if isinstance(node, dict):
        yield from values([*node.keys(), *node.values()])
    elif isinstance(node, list):
        for value in node:
            yield from values(value)
    else:
        yield node
