"""Hydra's complaints about a command line, in words that name the nearest thing that would work.

Hydra itself suggests to add a misspelt key with `+`, and lists its search path.
"""

import re

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import OverrideParseException
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.check import unknown_key
from gan_lab.config.hydra_keys import unknown_hydra_key
from gan_lab.config.plain import leaves
from gan_lab.config.schema import find_conf, groups, options_of
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.extras import EXTRAS, how_to_install


def explain(error: Exception, overrides: list[str]) -> ConfigError:
    """Return what is wrong with the command line `overrides` that Hydra refused with `error`."""
    message = str(error)
    if isinstance(error, OSError) and error.filename:
        return ConfigError(
            f"hydra.run.dir: {error.filename} cannot be made ({error.strerror}). "
            f"Name another directory for the run."
        )
    if found := re.search(r"Could not override '([^']+)'", message):
        if found[1].startswith("hydra."):
            return unknown_hydra_key(found[1])
        return _unknown_override(found[1], overrides)
    for extra in EXTRAS:
        if re.search(rf"hydra/(sweeper|launcher)/{extra}|hydra_plugins\.hydra_{extra}_", message):
            return ConfigError(f"{extra} is not installed: {how_to_install(extra)}")
    if found := re.search(r"Could not (?:find|load) '([^']+)'", message):
        return _unknown_choice(found[1])
    if message.startswith("Config group override"):  # logger=null, loss=3
        for word in overrides:
            group, _, option = word.partition("=")
            is_name = option.startswith("[") or option in options_of(group)
            if group in groups() and not is_name:
                return _unknown_choice(f"{group}/{option}")
    if isinstance(error, OverrideParseException):
        return _unreadable(error.override)
    return ConfigError(message.splitlines()[0])


def _unreadable(word: str) -> ConfigError:
    key, sign, value = word.partition("=")
    if not sign or not re.fullmatch(r"[~+]*[\w./@:-]+", key):
        return ConfigError(
            f"'{word}' is not of the form key=value. "
            f"Put quotes around a value with spaces or brackets, as in 'key=[a, b]'."
        )
    return ConfigError(
        f"{key}={value} has quotes or brackets that do not close. "
        f"A value that is meant letter by letter stands in quotes of its own, as in "
        f"\"{key}='a [b'\"."
    )


def _unknown_override(key: str, overrides: list[str]) -> ConfigError:
    """Compare `key` with the groups, the root's keys, or the keys of the group it names."""
    known_groups = groups()
    choices = [
        word
        for word in overrides
        if word.split("=")[0].lstrip("+") in known_groups and "," not in word
    ]
    config = _composed(choices)
    parent = key.rpartition(".")[0]
    node = OmegaConf.select(config, parent) if parent else config
    # The end of a key (lr=1, discriminator.lr=1): what stands before it is missing.
    names = leaves(OmegaConf.to_container(config))
    nested = [name for name in names if name.endswith(f".{key}")]
    if nested:
        return ConfigError(f"There is no key {key}. Did you mean {' or '.join(nested[:3])}?")
    if parent in names:
        return ConfigError(f"There is no key {key}, because {parent} is one value.")
    if not isinstance(node, DictConfig):
        if parent in known_groups:
            return ConfigError(f"There is no key {key} before {parent}=NAME chooses an option.")
        return _unknown_override(parent, overrides)
    if owners := _options_with(key, parent.replace(".", "/")):
        return ConfigError(f"There is no key {key}. It belongs to {' and to '.join(owners[:3])}.")
    known = {str(name) for name in node} | (set() if parent else set(groups()))
    return unknown_key(key, known)


def _options_with(key: str, group: str) -> list[str]:
    """Return the options of `group` that have the key, as they would be chosen."""
    choices = [f"{group}={option}" for option in options_of(group)] if group else []
    absent = object()
    return [
        choice
        for choice in choices
        if OmegaConf.select(_composed([choice]), key, default=absent) is not absent
    ]


def _composed(choices: list[str]) -> DictConfig:
    if GlobalHydra.instance().is_initialized():
        return compose("config", choices)
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        return compose("config", choices)


def _unknown_choice(choice: str) -> ConfigError:
    group, _, option = choice.rpartition("/")
    return ConfigError(f"{group}={option} is not known.{did_you_mean(option, options_of(group))}")
