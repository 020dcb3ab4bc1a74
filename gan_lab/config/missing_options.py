"""Words that a run was trained with about options that are not there now, such as a plug-in's.

What the command does not use is left as the checkpoint has it, so that a run with an unknown loss
can be sampled. What it does use has to be there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.errors import HydraException

from gan_lab.config.build import targets_of
from gan_lab.config.checkpoint_merge import composed
from gan_lab.config.plugins import names
from gan_lab.errors import CheckpointError
from gan_lab.terminal import printable

NOT_THERE = re.compile(r"Could not (find|load|override|append|delete)\b.*?'([^']+)'")


@dataclass(frozen=True)
class Words:
    """The words of a run.

    Attributes:
        there: those that can be composed.
        missing: those about options that are not there, and about their keys.
    """

    there: Sequence[str]
    missing: Sequence[str]

    def split(self, typed: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the missing words that `typed` says again, and those that it does not."""
        again = [word for word in self.missing if _is_below(_key(word), typed)]
        return again, [word for word in self.missing if word not in again]


def split_by_what_is_there(words: Sequence[str]) -> tuple[Words, dict[str, Any]]:
    """Return the words, and every value that those lead to which can be composed.

    Raises:
        Exception: Hydra's or OmegaConf's, of words that make no configuration for another reason.
    """
    there, missing = list(words), []
    while True:
        try:
            return Words(there, missing), composed(there)
        except HydraException as error:
            found = NOT_THERE.search(str(error))
            name = found[2] if found else ""
            # Of an option Hydra names the file, of a key the key.
            key = name.rpartition("/")[0] if found and found[1] in ("find", "load") else name
            about = [word for word in there if _key(word) == key.replace("/", ".")]
            if not about:
                raise
            missing += about
            there = [word for word in there if word not in about]


def without(values: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Return values by their dotted keys, without those that `words` are about."""
    return {key: value for key, value in values.items() if not _is_below(key, words)}


def refuse_missing(
    ckpt: str, config: Mapping[str, Any], missing: Sequence[str], used: Sequence[str]
) -> None:
    """Refuse a checkpoint that this command cannot use without a plug-in.

    Args:
        ckpt: the checkpoint, for messages.
        config: of the run, plain data; its `plugins` are those that it was trained with.
        missing: words of the run about options that are not there.
        used: groups that something is made of.

    Raises:
        CheckpointError: names what is missing, and the word that brings it.
    """
    lacking = [name for name in _recorded(config) if name not in names()]
    remedy = (
        f"add plugins=[{','.join(lacking)}] if you trust it"
        if lacking
        else "add the plugins= or --config-dir= that it came with"
    )
    for word in missing:
        if _key(word).split(".")[0] in used:
            raise CheckpointError(
                f"ckpt={ckpt} was trained with {printable(word)}, which is not there: {remedy}."
            )
    for target in (target for group in used for target in targets_of(config.get(group))):
        if str(target).startswith(tuple(f"{name}." for name in lacking)):
            raise CheckpointError(f"ckpt={ckpt} was trained with {printable(target)}: {remedy}.")


def _recorded(config: Mapping[str, Any]) -> list[str]:
    said = config.get("plugins") or []
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return [name for name in names if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", str(name))]


def _is_below(key: str, words: Sequence[str]) -> bool:
    """Return whether a dotted key is what one of the words is about, or lies below that."""
    return f"{key}.".startswith(tuple(f"{_key(word)}." for word in words))


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+~").replace("/", ".")
