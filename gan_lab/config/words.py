"""Words of a command line that would choose code to run, or look around on this machine.

What `_target_` may name below gan_lab's own keys is decided in build.py. Hydra has keys of its own,
and what they name runs before gan_lab does; and the words inside a checkpoint may be a stranger's.
"""

import re
from collections.abc import Sequence

from hydra.core.override_parser.overrides_parser import OverridesParser

from gan_lab.errors import CheckpointError, ConfigError


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


def refuse_foreign_words(saved: Sequence[str], typed: Sequence[str], ckpt: str) -> None:
    """Refuse a checkpoint's words if they set Hydra up, or look up more than other keys.

    Hydra's search path can import modules, and `${oc.env:NAME}` reads the environment.

    Args:
        saved: the checkpoint's words.
        typed: those of the command line; whoever types a word again trusts it.
        ckpt: the checkpoint, for messages.

    Raises:
        CheckpointError: names the word.
        HydraException: one is not of the form key=value.
    """
    for override in OverridesParser.create().parse_overrides(list(saved)):
        word = override.input_line
        if re.match(r"hydra\b", override.key_or_group):
            raise CheckpointError(
                f"ckpt={ckpt} was not made by gan_lab: its overrides set Hydra up with {word}."
            )
        # After parsing, because backslashes may hide the signs from who reads the word itself.
        looks_up = re.search(r"\$\{.*:", str(override.value()), re.DOTALL)
        if looks_up and word not in typed:
            raise CheckpointError(
                f"ckpt={ckpt} was trained with {word}, which would look something up on this "
                f"machine. Type it again if you trust it."
            )
