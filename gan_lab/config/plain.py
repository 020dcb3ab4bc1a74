"""Configurations as plain data: what `${...}` stands for, dotted keys, and words of a command."""

import re
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gan_lab.dotted_keys import leaves
from gan_lab.errors import ConfigError


def resolved(config: DictConfig) -> dict[str, Any]:
    """Return `config` as plain data, each `${...}` replaced by what it stands for.

    What they stand for is data, and never looked at for a `${...}` of its own.

    Raises:
        ConfigError: one of them stands for nothing, or for another one; or a value is missing.
    """
    try:
        plain = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(f"{error.full_key}: {str(error).splitlines()[0]}.") from error
    except RecursionError:
        raise ConfigError("A ${...} refers to itself; write the value in its place.") from None
    for key, value in leaves(plain).items():
        if "${" in f"{key}{value}":
            raise ConfigError(
                f"{key} still holds ${{ after it was resolved, and gan_lab resolves nothing twice. "
                f"Write the value itself."
            )
    return plain


def override(key: str, value: object) -> str:
    """Return `key=value` as Hydra reads it, whatever characters the value has."""
    text = str(value)
    if re.fullmatch(r"[\w./-]+", text, re.ASCII):
        return f"{key}={text}"
    return f"{key}={quoted(text)}"


def quoted(text: str) -> str:
    """Return `text` in quotes, as Hydra reads it letter by letter."""
    # Only in front of a quote does a backslash need another one.
    return (
        "'"
        + re.sub(r"(\\*)('|$)", lambda found: 2 * found[1] + "\\" * bool(found[2]) + found[2], text)
        + "'"
    )


def words_typed() -> list[str]:
    """Return the overrides of the command that runs, as they were typed; none outside of one."""
    if not HydraConfig.initialized():
        return []
    # Unresolved: Hydra keeps them in a configuration, where `${...}` would be looked up.
    return OmegaConf.to_container(HydraConfig.get().overrides.task, resolve=False)
