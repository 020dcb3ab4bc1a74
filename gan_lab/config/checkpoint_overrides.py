"""The words that a run was trained with, as its checkpoint keeps them: keys and plain values.

A checkpoint may be a stranger's, and its words are composed again when the run goes on. So whatever
`${...}` stands for is put in its place before a word is saved, and none is looked up on the way
back: what comes out of a checkpoint says what it says, at any depth.
"""

import re
from collections.abc import Sequence
from dataclasses import is_dataclass
from typing import Any, get_type_hints

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.options import groups
from gan_lab.config.overrides import parse, values
from gan_lab.config.plain import quoted
from gan_lab.config.schema import TASKS, task_keys
from gan_lab.config.trust import path_as_option
from gan_lab.errors import CheckpointError

# Said once, to one command, and not part of what the run is.
ABOUT_THE_COMMAND = ("ckpt", "resume", "task", "allow_config_change", "plugins")
LONGEST = 10_000  # characters of a word: a list of a thousand classes fits, a maze of brackets not
MOST = 1_000
# Also what OmegaConf would read as such once it has taken backslashes away.
LOOKS_UP = re.compile(r"\$\\*\{")
KEYS_OF_ONE_VALUE = {
    key
    for task in TASKS.values()
    for key, hint in get_type_hints(task).items()
    if not is_dataclass(hint)
}


def lasting(words: Sequence[str], config: DictConfig) -> list[str]:
    """Return the words that a checkpoint keeps, each `${...}` replaced by what it stands for.

    Args:
        words: of a command line that has been composed.
        config: what they led to.
    """
    kept = [(word, parse(word)) for word in words]
    return [
        _settled(word, override, config)
        for word, override in kept
        if not _is_about_the_command(override)
    ]


def plain_words(saved: Sequence[str], typed: Sequence[str], ckpt: str) -> list[str]:
    """Return the words of a checkpoint that may be composed again.

    Args:
        saved: the checkpoint's words.
        typed: those of the command line; what they say of a key is taken instead.
        ckpt: the checkpoint, for messages.

    Raises:
        CheckpointError: one of them is no word of a run, or says more than a value.
    """
    if len(saved) > MOST or any(len(word) > LONGEST for word in saved):
        raise CheckpointError(f"ckpt={ckpt} was not made by gan_lab: it has too many words.")
    said_again = {parse(word).key_or_group for word in typed}
    plain = []
    for word in saved:
        try:
            override = parse(word)
        except ValueError:
            raise _not_ours(ckpt, word, "is not of the form key=value") from None
        key = override.key_or_group
        # Hydra's search path can import modules.
        if "hydra" in re.split(r"[./]", f"{key}.{override.package}"):
            raise _not_ours(ckpt, word, "sets Hydra up")
        if override.is_sweep_override():
            raise _not_ours(ckpt, word, "has several values")
        if _is_about_the_command(override):
            continue
        if _looks_up(override):
            if key in said_again:
                continue
            raise CheckpointError(
                f"ckpt={ckpt} was trained with {word}, which would look something up on this "
                f"machine. Type {key}= with the value that you want."
            )
        if _is_option(override) and (path := path_as_option(override)):
            raise _not_ours(ckpt, word, f"names the path '{path}', not an option")
        plain.append(word)
    return plain


def _is_about_the_command(override: Override) -> bool:
    return override.key_or_group in (*ABOUT_THE_COMMAND, *task_keys())


def _looks_up(override: Override) -> bool:
    # After parsing too, because backslashes may hide the signs from who reads the word itself.
    said = [override.input_line, *values(override.value())]
    return any(LOOKS_UP.search(str(value)) for value in said)


def _is_option(override: Override) -> bool:
    key = override.key_or_group
    return "." not in key and (key in groups() or key not in KEYS_OF_ONE_VALUE)


def _not_ours(ckpt: str, word: str, why: str) -> CheckpointError:
    return CheckpointError(
        f"ckpt={ckpt} was not made by gan_lab: among the words that it was trained with, "
        f"'{word}' {why}."
    )


def _settled(word: str, override: Override, config: DictConfig) -> str:
    if not _looks_up(override) or override.is_delete():
        return word
    if _is_option(override):
        return word  # which option that was is not known any more: it has to be typed again
    return (
        f"{override.get_key_element()}={written(OmegaConf.select(config, override.key_or_group))}"
    )


def written(value: Any) -> str:
    """Return plain data as Hydra reads it behind `key=`."""
    if OmegaConf.is_config(value):
        value = OmegaConf.to_container(value, resolve=True)
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    return str(value).lower()
