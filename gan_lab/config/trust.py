"""Words of a command line that would choose code to run, or read files from anywhere.

What `_target_` may name below gan_lab's own keys is decided in build.py. Hydra has keys of its own,
and what they name runs before gan_lab does.
"""

import re
from collections.abc import Sequence

from hydra.core.override_parser.types import Glob, Override, QuotedString

from gan_lab.config.options import groups, options_of
from gan_lab.config.overrides import parse, values
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


def path_as_option(override: Override) -> str | None:
    """Return what `override` names that can be no option's name, or None."""
    if override.is_choice_sweep() and not isinstance(override._value, Glob):
        chosen = list(override.sweep_iterator())  # names, or lists of them
    elif override.is_sweep_override():
        return None  # a pattern, which is compared with the options there are
    else:
        chosen = override.value()
    texts = (value for value in values(chosen) if isinstance(value, str | QuotedString))
    names = (value.text if isinstance(value, QuotedString) else value for value in texts)
    return next((name for name in names if name and not OPTION.fullmatch(name)), None)
