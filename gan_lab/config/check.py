"""Refuse a configuration that cannot work, before anything is computed.

Two things tell what is valid: the dataclasses of schema.py for the root, the tasks and the trainer,
and for every other group the chosen YAML file. Its keys are the known ones, and a value must have
the type of its default.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from hydra import compose
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gan_lab.config.plain import resolved
from gan_lab.config.schema import (
    ALLOWED_VALUES,
    AT_LEAST_ONE,
    COMPONENTS,
    NOT_THE_TRAINERS,
    TASKS,
    find_conf,
)
from gan_lab.config.values import described, fits, shown
from gan_lab.errors import ConfigError, did_you_mean


def check(config: DictConfig, overrides: Sequence[str]) -> None:
    """Refuse unknown keys, wrong types and values out of range, before anything is computed.

    Args:
        config: as composed.
        overrides: what it was composed with.

    Raises:
        ConfigError: names the key, the value and the remedy.
    """
    schema = TASKS.get(config.get("task"))
    if schema is None:
        raise ConfigError(f"task={config.get('task')} is not known.{did_you_mean('', TASKS)}")
    check_dataclass(config, schema, ignore=COMPONENTS)
    for key, allowed in ALLOWED_VALUES.items():
        value = OmegaConf.select(config, key)
        if value is not None and value not in allowed:
            raise ConfigError(f"{key}={value} is not known.{did_you_mean(str(value), allowed)}")
    for key in AT_LEAST_ONE:
        value = OmegaConf.select(config, key)
        if value is not None and value < 1:
            raise ConfigError(f"{key}={value} must be at least 1.")
    plain = resolved(config)
    defaults = resolved(defaults_of_choices(overrides))
    for group in COMPONENTS:
        if group not in plain:
            raise ConfigError(f"The group {group} is missing; choose one, as in {group}=NAME.")
        check_against_defaults(plain[group], defaults[group], group)


def defaults_of_choices(overrides: Sequence[str]) -> DictConfig:
    """Compose the options that `overrides` choose in each group, without any value changed."""
    composed = compose("config", list(overrides), return_hydra_config=True)
    chosen = [
        f"{group}={option}"
        for group, option in composed.hydra.runtime.choices.items()
        if group.split("/")[0] in COMPONENTS and option is not None
    ]
    # Loggers are a list, which Hydra does not report among the choices.
    return compose("config", [*chosen, "logger=[csv,tensorboard,wandb]"])


def check_dataclass(
    node: DictConfig, schema: type, ignore: Iterable[str] = (), prefix: str = ""
) -> None:
    """Refuse keys that `schema` does not have and values that its types do not take."""
    known = {f.name: f for f in fields(schema)}
    typed = OmegaConf.structured(schema)
    for key in node:
        name = f"{prefix}{key}"
        if key in ignore:
            continue
        if key not in known:
            raise unknown_key(name, [*known, *ignore])
        value = node[key]
        if isinstance(value, DictConfig):
            check_dataclass(value, type(OmegaConf.to_object(typed[key])), prefix=f"{name}.")
            continue
        if is_dataclass(OmegaConf.get_type(typed, key)):
            raise _not_a_group(name, value)
        try:
            typed[key] = value
        except OmegaConfBaseException:
            raise ConfigError(
                f"{name}={shown(value)} must be {described(known[key].type)}."
            ) from None


def check_against_defaults(node: Any, default: Any, key: str) -> None:
    """Refuse keys that the chosen YAML file lacks, and values of another type than its defaults.

    Args:
        node: plain data.
        default: what the YAML file has in its place.
        key: of `node`, for messages.
    """
    if isinstance(default, dict):
        if not isinstance(node, dict):
            raise _not_a_group(key, node)
        for name in node:
            if name not in default:
                raise unknown_key(f"{key}.{name}", default)
            check_against_defaults(node[name], default[name], f"{key}.{name}")
    elif isinstance(default, list) and default and isinstance(node, list):
        for value in node:
            check_against_defaults(value, default[0], key)
    elif default is not None and not fits(node, type(default)):
        # Without a default to compare with, the types of the component's arguments decide.
        raise ConfigError(f"{key}={shown(node)} must be {described(type(default))}.")


def _not_a_group(key: str, value: Any) -> ConfigError:
    folder = key.replace(".", "/")
    remedy = f"; choose an option with {folder}=NAME" if (find_conf() / folder).is_dir() else ""
    return ConfigError(f"{key}={shown(value)} must be a group of keys, not one value{remedy}.")


def unknown_key(name: str, known: Iterable[Any]) -> ConfigError:
    """Return the error for a key that does not exist, with the nearest one that does."""
    flag = name.removeprefix("trainer.")
    if name.startswith("trainer.") and flag in NOT_THE_TRAINERS:
        return ConfigError(f"{name} is not used by gan_lab: {NOT_THE_TRAINERS[flag]}.")
    prefix = name.removesuffix(name.split(".")[-1])
    return ConfigError(
        f"There is no key {name}."
        f"{did_you_mean(name, (f'{prefix}{word}' for word in known if word != '_target_'))}"
    )
