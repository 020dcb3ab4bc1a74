"""Configurations as plain data: what `${...}` stands for, dotted keys, and words of a command."""

import re
from collections.abc import Mapping
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gan_lab.errors import ConfigError


def resolved(config: DictConfig) -> dict[str, Any]:
    """Return `config` as plain data, each `${...}` replaced by what it stands for.

    Raises:
        ConfigError: one of them stands for nothing.
    """
    try:
        return OmegaConf.to_container(config, resolve=True)
    except OmegaConfBaseException as error:
        raise ConfigError(f"{error.full_key}: {str(error).splitlines()[0]}.") from error


def leaves(node: Any, prefix: str = "") -> dict[str, Any]:
    """Return every value of a nested dictionary by its dotted key; lists count as values."""
    if isinstance(node, Mapping) and node:
        flat = {}
        for key, value in node.items():
            flat |= leaves(value, f"{prefix}{key}.")
        return flat
    return {prefix.removesuffix("."): node}


def override(key: str, value: object) -> str:
    """Return `key=value` as Hydra reads it, whatever characters the value has."""
    text = str(value)
    if re.fullmatch(r"[\w./-]+", text, re.ASCII):
        return f"{key}={text}"
    return f"{key}='" + text.replace("'", r"\'") + "'"


def words_typed() -> list[str]:
    """Return the overrides of the command that runs, as they were typed."""
    # Unresolved: Hydra keeps them in a configuration, where `${...}` would be looked up.
    return OmegaConf.to_container(HydraConfig.get().overrides.task, resolve=False)
