"""Flags, words with dashes: those of Hydra that gan_lab supports, and those of other programs.

Checked here because argparse answers a mistake with Hydra's whole usage, and takes abbreviations.
"""

import re
from collections.abc import Sequence

from gan_lab.config.hydra_errors import is_there, why_not
from gan_lab.config.synonyms import for_keys, normal
from gan_lab.errors import ConfigError, did_you_mean

ALONE = (
    "-m",
    "--multirun",
    "-r",
    "--run",
    "--resolve",
    "--hydra-help",
    "-sc",
    "--shell-completion",
)
VALUES = {
    "--cfg": ("job", "hydra", "all"),
    "--info": ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath"),
}
NAMES = {"--package": "--cfg job --package optimizer", "--config-dir": "--config-dir FOLDER"}
SHORT = {"-c": "--cfg", "-i": "--info", "-p": "--package", "-cd": "--config-dir"}
# These would start from another configuration, which has none of gan_lab's keys.
FIXED = {
    "--config-name": "experiment= chooses a recipe",
    "-cn": "experiment= chooses a recipe",
    "--config-path": "--config-dir FOLDER adds a folder of options",
    "-cp": "--config-dir FOLDER adds a folder of options",
    "--experimental-rerun": "ckpt=RUN/checkpoints/last.ckpt continues a run",
}


def flags_in_front(words: Sequence[str]) -> list[str]:
    """Return the words with their flags in front, each with its value: argparse needs them there.

    Args:
        words: of the command line.

    Raises:
        ConfigError: a flag means nothing here, or lacks its value; names what to type instead.
    """
    said: set[str] = set()
    flags: list[str] = []
    others: list[str] = []
    index = 0
    while index < len(words):
        word, rest = words[index], words[index + 1 :]
        index += 1
        if not re.match(r"-[^\d.]", word):
            others.append(word)
            continue
        name, sign, value = word.partition("=")
        name = SHORT.get(name, name)
        if name in FIXED:
            typed, _ = _with_value(word, rest)
            raise ConfigError(f"{typed} is not supported: leave it out. {FIXED[name]}.")
        if name in ALONE and not sign:
            typed, following = _with_value(word, rest)
            if following and following[0] != "~":
                raise ConfigError(f"{typed}: {word} takes no value; leave {following} out.")
            said.add(name)
            flags.append(name)
        elif name in VALUES or name in NAMES:
            said.add(name)
            if not sign:
                value = rest[0] if rest else ""
                if name == "--info" and ("=" in value or not value):
                    value = "all"
                else:
                    index += 1
            _check_value(name, value)
            flags.append(f"{name}={value}")
        else:
            raise _not_a_flag(word, rest)
    if said & {"-m", "--multirun"} and said & {"-r", "--run"}:
        raise ConfigError("-m and --run contradict each other: leave one of the two out.")
    if said & {"--package", "--resolve"} and "--cfg" not in said:
        raise ConfigError("--package and --resolve are about --cfg: add --cfg job.")
    return [*flags, *others]


def _check_value(name: str, value: str) -> None:
    if name in VALUES and value not in VALUES[name]:
        raise ConfigError(
            f"{name} {value or 'without a value'} is not known: it takes one of "
            f"{', '.join(VALUES[name])}, as in {name} {VALUES[name][0]}."
        )
    if name in NAMES and (not value or value.startswith("-")):
        raise ConfigError(f"{name} needs a value, as in {NAMES[name]}.")


def _with_value(word: str, rest: Sequence[str]) -> tuple[str, str]:
    """Return a flag with the word behind it, if that is its value; and the value."""
    _, sign, value = word.partition("=")
    if not sign and rest and "=" not in rest[0] and not rest[0].startswith("-"):
        return f"{word} {rest[0]}", rest[0]
    return word, value


def _not_a_flag(word: str, rest: Sequence[str]) -> ConfigError:
    name = word.lstrip("-").partition("=")[0]
    typed, value = _with_value(word, rest)
    flags = [*ALONE, *VALUES, *NAMES, "--help", "--version"]
    if "--multirun".startswith(word) and len(word) > 3:
        return ConfigError(f"{word} is not known.{did_you_mean(word, flags)}")
    key = name if re.search(r"[./@]", name) else normal(name)
    if key.startswith("no_") and key not in for_keys():
        key = key.removeprefix("no_")
    if is_there(key):
        remedy = f"Type {key}={value or 'VALUE'}."
    else:
        remedy = why_not(key, value or "VALUE", []).lstrip(",. ")
    return ConfigError(f"{typed}: keys are typed without dashes here. {remedy}")
