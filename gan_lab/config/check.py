"""Refuse a configuration that cannot work, before anything is computed.

Two things tell what is valid: the dataclasses of schema.py for the root, the tasks and the trainer,
and for every other group the chosen YAML file. Its keys are the known ones, and a value must have
the type of its default.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, get_type_hints

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from gan_lab.config.composition import composition
from gan_lab.config.limits import (
    COMPONENTS,
    GROUP_KEYS,
    LISTS,
    NAMED_BY_USERS,
    ONE_OR_SEVERAL,
    PATHS,
)
from gan_lab.config.options import find_conf, groups, options_of
from gan_lab.config.overrides import group_of
from gan_lab.config.plain import resolved, words_typed
from gan_lab.config.plugins import typed
from gan_lab.config.schema import Average, tasks
from gan_lab.config.suggestions import no_such_key
from gan_lab.config.values import complaint, described, fits, shown
from gan_lab.dotted_keys import leaves
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.schedules import is_course


def check(config: DictConfig, overrides: Sequence[str], *, complete: bool = True) -> None:
    """Refuse unknown keys, wrong types and values out of range, before anything is computed.

    Args:
        config: as composed.
        overrides: what it was composed with.
        complete: whether they are all that it was composed with. If not, the files that some of
            its keys come from are not there, and only their constructors can tell what fits.

    Raises:
        ConfigError: names the key, the value and the remedy.
    """
    if (several := several_options(overrides)) is not None:
        raise several
    plain = resolved(config)
    schema = tasks().get(plain.get("task"))
    if schema is None:
        raise ConfigError(f"task={plain.get('task')} is not known.{did_you_mean('', tasks())}")
    values = leaves(plain)
    for key, value in values.items():
        if isinstance(value, str) and not value.strip():
            raise ConfigError(f"{key}= is empty; give it a value, or leave it out.")
        if value == "None":
            raise ConfigError(f"{key}=None is the word None; type {key}=null for no value.")
    _check_plugins(plain.get("plugins"))
    callbacks = _from_outside(plain.get("callbacks"))
    own = {name: node for name, node in plain["callbacks"].items() if name not in callbacks}
    check_dataclass(plain | {"callbacks": own}, schema, groups=COMPONENTS)
    for key, hint in GROUP_KEYS.items():
        group, name = key.split(".")
        node = plain[group] if isinstance(plain[group], dict) else {}
        if name in node and not fits(node[name], hint):
            raise ConfigError(complaint(key, node[name], hint))
    if complete:
        _check_files(plain, callbacks, resolved(defaults_of_choices(overrides)))
    else:
        _refuse_keys_of_hydra(values)
        check_averages(plain["ema"], plain["ema"])
    for key in PATHS:
        if "://" in str(values.get(key)):
            raise ConfigError(
                f"{key}={values[key]} is a web address. gan_lab reads and writes local files only: "
                f"download it first, if you trust it."
            )


def several_options(overrides: Sequence[str]) -> ConfigError | None:
    """Return what is wrong with a list of options of a group that takes one, if there is any."""
    for word in overrides:
        group, _, options = word.partition("=")
        if group_of(group) in groups() and group not in LISTS and options.startswith("["):
            one = options.strip("[] ").partition(",")[0] or "NAME"
            return ConfigError(f"{word} is a list, and {group} takes one option: {group}={one}.")
    return None


def check_averages(ema: Any, known: Mapping[str, Any]) -> None:
    """Refuse moving averages of unknown players, and what `schema.Average` does not have."""
    if not isinstance(ema, dict):
        raise _not_a_group("ema", ema)
    for player, node in ema.items():
        if player not in known:
            raise _unknown(f"ema.{player}", node, known)
        if not isinstance(node, dict):
            raise _not_a_group(f"ema.{player}", node)
        check_dataclass(node, Average, prefix=f"ema.{player}.")


def _check_files(
    plain: Mapping[str, Any], callbacks: Mapping[str, Any], defaults: Mapping[str, Any]
) -> None:
    check_averages(plain["ema"], defaults["ema"])
    for group in COMPONENTS:
        check_against_defaults(plain[group], defaults[group], group)
    known = defaults["evaluation"]["metrics"]
    check_against_defaults(plain["evaluation"]["metrics"], known, "evaluation.metrics")
    # A callback that is typed has no file; its constructor says which keys it takes.
    check_against_defaults(callbacks, callbacks | defaults["callbacks"], "callbacks")


def _refuse_keys_of_hydra(values: Mapping[str, Any]) -> None:
    """Refuse what would change how a part is made, such as `_args_`; no file of ours has it."""
    for key, value in values.items():
        if any(name.startswith("_") and name != "_target_" for name in key.split(".")):
            raise no_such_key(key, shown(value))


def _check_plugins(said: str | list[str] | None) -> None:
    """Refuse plug-ins that anything but the command line names."""
    names = [said] if isinstance(said, str) else said or []
    if others := [name for name in names if name not in typed()]:
        raise ConfigError(
            f"plugins=[{', '.join(map(str, others))}] stands in a YAML file, but plug-ins are "
            f"named on the command line only: type that word."
        )


def _from_outside(callbacks: Any) -> dict[str, Any]:
    """Return the callbacks that are made from their own nodes."""
    nodes = callbacks.items() if isinstance(callbacks, dict) else ()
    return {name: node for name, node in nodes if isinstance(node, dict) and "_target_" in node}


def defaults_of_choices(overrides: Sequence[str]) -> DictConfig:
    """Compose the options that `overrides` choose in each group, without any value changed."""
    chosen = [
        f"{group}={option}"
        for group, option in _choices(overrides).items()
        if group_of(group).split("/")[0] in COMPONENTS and option is not None
    ]
    # Of a list Hydra reports no choice, so all options are taken.
    every = [f"{group}=[{','.join(options_of(group))}]" for group in LISTS]
    return composition([*chosen, *every]).config


def _choices(overrides: Sequence[str]) -> Mapping[str, str | None]:
    """Return the option of each group; of the command that runs Hydra knows them already."""
    if HydraConfig.initialized() and list(overrides) == words_typed():
        return HydraConfig.get().runtime.choices
    return composition(overrides).choices


def check_dataclass(
    node: Mapping[str, Any], schema: type, groups: Sequence[str] = (), prefix: str = ""
) -> None:
    """Refuse keys that `schema` does not have, values of other types, and missing keys.

    Args:
        node: plain data.
        schema: a dataclass.
        groups: keys beside those of `schema`, which are checked elsewhere.
        prefix: of the keys, for messages.
    """
    hints = get_type_hints(schema, include_extras=True)
    for key in node:
        if key not in hints and key not in groups:
            raise _unknown(f"{prefix}{key}", node[key], [*hints, *groups])
    for key in (*hints, *groups):
        if key not in node:
            remedy = f"; choose one, as in {key}=NAME" if key in groups else ""
            raise ConfigError(f"{prefix}{key} is missing{remedy}.")
    for key, hint in hints.items():
        name, value = f"{prefix}{key}", node[key]
        if is_dataclass(hint):
            if not isinstance(value, dict):
                raise _not_a_group(name, value)
            check_dataclass(value, hint, prefix=f"{name}.")
        elif not fits(value, hint):
            raise ConfigError(complaint(name, value, hint))


def check_against_defaults(node: Any, default: Any, key: str) -> None:
    """Refuse keys that the chosen YAML file lacks, and values of another type than its defaults.

    Args:
        node: plain data.
        default: what the YAML file has in its place.
        key: of `node`, for messages.
    """
    if is_course(node) or is_course(default) or key in NAMED_BY_USERS:
        return  # the argument's own type decides, in build.py
    if isinstance(default, dict):
        if not isinstance(node, dict):
            raise _not_a_group(key, node)
        for name in node:
            if name not in default:
                raise _unknown(f"{key}.{name}", node[name], default)
            arguments = "_target_" in node or f"{key}.{name}" in ONE_OR_SEVERAL
            if arguments and (node[name] is None or isinstance(node[name], list)):
                continue  # the argument's own type decides, in build.py
            check_against_defaults(node[name], default[name], f"{key}.{name}")
    elif isinstance(default, list) and default and isinstance(node, list):
        for value in node:
            check_against_defaults(value, default[0], key)
    elif key in GROUP_KEYS:
        return
    elif default is not None and not fits(node, type(default)):
        # Without a default to compare with, the types of the component's arguments decide.
        raise ConfigError(f"{key}={shown(node)} must be {described(type(default))}.")


def _unknown(key: str, value: Any, known: Iterable[str]) -> ConfigError:
    # Of a group that is not there, the first key below it is what was typed.
    below, value = next(iter(leaves(value, ".").items()))
    return no_such_key(key, shown(value), known, below=below)


def _not_a_group(key: str, value: Any) -> ConfigError:
    folder = key.replace(".", "/")
    remedy = f"; choose an option with {folder}=NAME" if (find_conf() / folder).is_dir() else ""
    if key.startswith("data."):  # one of several sources
        remedy = f"; choose an option with data@{key}=NAME"
    return ConfigError(f"{key}={shown(value)} must be a group of keys, not one value{remedy}.")
