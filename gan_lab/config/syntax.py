"""The form of a command's words: key=value, and one value each, of which the last one holds."""

import re
import shlex
from collections.abc import Sequence

from gan_lab.config.options import groups, options_of
from gan_lab.config.overrides import group_of, key_of, parse
from gan_lab.config.quoting import is_sweep, words_of
from gan_lab.config.suggestions import no_such_key
from gan_lab.errors import ConfigError

DROPPABLE = r"(evaluation[./]metrics|terms)[./]?\w*"

# Of these names a value may be a list, as may the options of some groups.
TAKE_LISTS = (
    "classes", "extractors", "devices", "logger", "metrics", "terms", "tags", "hidden", "channels",
    "activations", "value_range", "sigma_range", "size", "weights", "means", "stds", "a", "b", "c",
)  # fmt: skip


def check_form(command: Sequence[str]) -> None:
    """Refuse words that are not of the form key=value, or have several values.

    Args:
        command: the command line, as Hydra reads it.

    Raises:
        ConfigError: names the word, and how to write it.
    """
    words = words_of(command)
    for index, word in enumerate(words):
        try:
            override = parse(word)
        except ValueError:
            raise _unreadable(words, index) from None
        if override.is_sweep_override() and not is_sweep(command):
            raise ConfigError(
                f"{word} has several values. Add -m to run them one after the other: "
                f"python -m gan_lab -m {shlex.join(command)}{_or_else(word)}"
            )
        key = key_of(override)
        if (
            group_of(key) in groups()
            and not override.is_sweep_override()
            and isinstance(override.value(), dict)
        ):
            raise ConfigError(
                f"{word} is no option: choose one with {key}=NAME, and set its keys one by one, as "
                f"in {key.rpartition('@')[2].replace('/', '.')}.KEY=VALUE."
            )
        if override.is_delete() and not re.fullmatch(DROPPABLE, key) and "hydra" not in key:
            choice = "NAME" if group_of(key) in groups() else "VALUE"
            raise ConfigError(
                f"{word} deletes what a command needs: type {key}={choice} instead, or leave "
                f"it out."
            )


def _unreadable(words: Sequence[str], index: int) -> ConfigError:
    word = words[index]
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    key, sign, value = word.partition("=")
    if not sign and (after == "=" or after.startswith("=")):
        value = after[1:] or (words[index + 2] if index + 2 < len(words) else "VALUE")
        return ConfigError(f"{word} {after} has blanks around '='. Type {word}={value}.")
    if not sign:
        return _not_a_pair(word, before)
    if not re.fullmatch(r"[~+]*[\w./@:-]+", key, re.ASCII):
        return no_such_key(key, value)
    if value.rstrip().endswith(","):
        return ConfigError(
            f"{word} ends with a comma and nothing after it. Type {word.rstrip(', ')}."
        )
    if value.startswith(",") or ",," in value:
        filled = re.sub(",+", ",", value.strip(","))
        return ConfigError(f"{word} has a comma with nothing beside it. Type {key}={filled}.")
    return ConfigError(
        f"{word} has quotes or brackets that do not close. Put a value that is to be taken "
        f"literally in quotes of its own, as in \"{key}='a [b'\"."
    )


def _not_a_pair(word: str, before: str) -> ConfigError:
    options = [f"{group}={word}" for group in groups() if word in options_of(group)]
    if options:
        return ConfigError(f"'{word}' is not of the form key=value. Type {' or '.join(options)}.")
    if found := re.fullmatch(r"([\w.]+):\s*(\S*)", word):
        return ConfigError(f"'{word}' is not of the form key=value. Type {found[1]}={found[2]}.")
    if before.endswith("="):
        return ConfigError(f"{before} {word} has blanks around '='. Type {before}{word}.")
    if "=" in before:
        return ConfigError(
            f"'{word}' is not of the form key=value. If it belongs to the word before it, put "
            f"quotes around both: '{before} {word}'."
        )
    return ConfigError(
        f"'{word}' is not of the form key=value, as in seed=1. --help lists what there is."
    )


def _or_else(word: str) -> str:
    key, _, value = word.partition("=")
    takes_lists = "@" not in key and re.split(r"[./]", key)[-1] in TAKE_LISTS
    if takes_lists and re.fullmatch(r"[\w.]+(,[\w.]+)+", value):
        return f". A list stands in brackets: {key}=[{value}]"
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", value):
        return f". A number has no commas: {key}={value.replace(',', '')}"
    if re.fullmatch(r"0,0\d*", value):
        return f". A number has a point: {key}={value.replace(',', '.')}"
    return ""
