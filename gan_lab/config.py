"""The configuration: composed by Hydra, checked here, and turned into objects here.

Two things tell what is valid. Dataclasses describe what gan_lab itself reads: the root, the tasks
and the trainer. For every other group the chosen YAML file is the schema: its keys are the known
ones, and a value must have the type of its default. Nothing here imports torch.
"""

import importlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hydra import compose
from hydra.errors import InstantiationException
from hydra.utils import get_object, instantiate
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gan_lab.errors import ConfigError, GanLabError, did_you_mean


def find_conf() -> Path:
    """Return the folder of YAML files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parent
    installed = package / "conf"
    return installed if installed.is_dir() else package.parent / "conf"


@dataclass
class Trainer:
    """The keys of `trainer`; see conf/trainer/auto.yaml."""

    accelerator: str = "auto"
    devices: Any = "auto"
    num_nodes: int = 1
    precision: str = "32-true"
    deterministic: bool = False
    detect_anomaly: bool = False
    profiler: str | None = None
    enable_progress_bar: bool = True


@dataclass
class Root:
    """The keys of every run, besides the groups; see conf/config.yaml."""

    task: str = "train"
    iterations: int = 1
    batch_size: int = 1
    discriminator_steps: int = 1
    update: str = "alternating"
    seed: int = 0
    log_every: int = 1
    samples_every: int = 1
    checkpoint_every: int = 1
    ckpt: str | None = None
    allow_config_change: bool = False
    debug: bool = False
    trainer: Trainer = field(default_factory=Trainer)


@dataclass
class Sample(Root):
    """The keys that task=sample adds."""

    n: int = 64
    out: str | None = None
    format: str = "grid"


TASKS: dict[str, type[Root]] = {"train": Root, "sample": Sample}

# Groups whose values the chosen YAML file describes.
COMPONENTS = ("data", "model", "loss", "latent", "optimizer", "logger")

ALLOWED_VALUES = {
    "update": ("alternating", "simultaneous"),
    "format": ("grid", "png", "npz"),
    "trainer.accelerator": ("auto", "cpu", "gpu", "cuda", "mps"),
    "trainer.precision": ("32-true", "bf16-mixed", "64-true"),
    "trainer.profiler": (None, "simple", "advanced"),
}

AT_LEAST_ONE = (
    "iterations",
    "batch_size",
    "discriminator_steps",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "n",
    "trainer.num_nodes",
)

# What a checkpoint may be continued with although it was trained without.
FREE_TO_CHANGE = (
    "task",
    "iterations",
    "log_every",
    "samples_every",
    "checkpoint_every",
    "ckpt",
    "allow_config_change",
    "debug",
    "n",
    "out",
    "format",
    "trainer",
    "logger",
    "data.dir",
)

# Flags of Lightning's Trainer that people will try, and what does their work here.
NOT_THE_TRAINERS = {
    "max_steps": "iterations= sets the length of a run",
    "max_epochs": "iterations= sets the length of a run",
    "min_steps": "iterations= sets the length of a run",
    "min_epochs": "iterations= sets the length of a run",
    "gradient_clip_val": "optimizer.clip_norm= limits the gradient of each network",
    "gradient_clip_algorithm": "optimizer.clip_norm= limits the gradient of each network",
    "accumulate_grad_batches": "batch_size= sets the images of one update",
    "fast_dev_run": "debug=fast runs a few iterations of everything",
    "limit_train_batches": "iterations= sets the length of a run and data.limit= the images used",
    "overfit_batches": "debug=overfit trains on 64 images",
    "log_every_n_steps": "log_every= sets the iterations between rows",
    "logger": "logger= chooses where metrics go",
    "strategy": "trainer.devices= and trainer.num_nodes= choose it",
    "max_time": "Ctrl-C stops a run at any time with everything saved",
}


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
        if value not in (None, *allowed):
            known = ", ".join(str(word) for word in allowed if word is not None)
            hint = did_you_mean(str(value), filter(None, allowed))
            raise ConfigError(f"{key}={value} must be one of {known}.{hint if '?' in hint else ''}")
    for key in AT_LEAST_ONE:
        value = OmegaConf.select(config, key)
        if value is not None and value < 1:
            raise ConfigError(f"{key}={value} must be at least 1.")
    defaults = defaults_of_choices(overrides)
    for group in COMPONENTS:
        if group not in config:
            raise ConfigError(f"The group {group} is missing; choose one, as in {group}=NAME.")
        check_against_defaults(config[group], defaults[group], group)


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
            raise ConfigError(f"{name}={value} must be a group of keys, not one value.")
        try:
            typed[key] = value
        except OmegaConfBaseException:
            raise ConfigError(
                f"{name}={_shown(value)} must be {_described(known[key].type)}."
            ) from None


def check_against_defaults(node: Any, default: Any, key: str) -> None:
    """Refuse keys that the chosen YAML file lacks, and values of another type than its defaults."""
    if isinstance(default, DictConfig):
        if not isinstance(node, DictConfig):
            raise ConfigError(f"{key}={_shown(node)} must be a group of keys, not one value.")
        for name in node:
            if name not in default:
                raise unknown_key(f"{key}.{name}", default.keys(), prefix=f"{key}.")
            check_against_defaults(node[name], default[name], f"{key}.{name}")
        return
    if default is None:
        return  # nothing to compare with: the types of the component's arguments decide
    accepts = (int, float) if isinstance(default, float) else (type(default),)
    if not isinstance(node, accepts) or isinstance(node, bool) != isinstance(default, bool):
        raise ConfigError(f"{key}={_shown(node)} must be {_described(type(default))}.")


def unknown_key(name: str, known: Iterable[Any], prefix: str = "") -> ConfigError:
    """Return the error for a key that does not exist, with the nearest one that does."""
    flag = name.removeprefix("trainer.")
    if name.startswith("trainer.") and flag in NOT_THE_TRAINERS:
        return ConfigError(f"{name} is not used by gan_lab: {NOT_THE_TRAINERS[flag]}.")
    prefix = prefix or name.removesuffix(name.split(".")[-1])
    return ConfigError(
        f"There is no key {name}."
        f"{did_you_mean(name, (f'{prefix}{word}' for word in known if word != '_target_'))}"
    )


def build(node: DictConfig, key: str, **arguments: Any) -> Any:
    """Return the object that `node` describes: the one door from configuration to code.

    A configuration may come out of a stranger's checkpoint, so `_target_` must name a class or
    function of gan_lab itself or of torch.optim.

    Args:
        node: has `_target_` and plain values.
        key: of `node`, for messages.
        arguments: what only the program knows, such as the image shape.

    Raises:
        ConfigError: the target is not one of those, or does not take these arguments.
    """
    plain = OmegaConf.to_container(node, resolve=True)
    for target in _targets(plain):
        _check_target(target)
    _check_types(plain, key)
    try:
        return instantiate(plain, **arguments, _convert_="all")
    except InstantiationException as error:
        if isinstance(error.__cause__, GanLabError):
            raise error.__cause__ from None
        raise ConfigError(f"{key}: {error.__cause__ or error}") from error


def _targets(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        if "_target_" in node:
            yield node["_target_"]
        for value in node.values():
            yield from _targets(value)
    elif isinstance(node, list):
        for value in node:
            yield from _targets(value)


def _check_target(target: Any) -> None:
    refusal = ConfigError(
        f"_target_={target} is refused: it must name a class or function of gan_lab or an "
        f"optimizer of torch.optim. Put your own file into the gan_lab package to use it."
    )
    module_name, _, name = str(target).rpartition(".")
    if not f"{module_name}.".startswith(("gan_lab.", "torch.optim.")):
        raise refusal
    try:
        found = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError):
        raise ConfigError(f"_target_={target} does not exist.") from None
    # An imported name is not the module's own: gan_lab.some_module.os must not open a door.
    home = f"{getattr(found, '__module__', '')}."
    if not (inspect.isclass(found) or inspect.isfunction(found)) or not home.startswith(
        ("gan_lab.", "torch.optim.")
    ):
        raise refusal


def _check_types(plain: Mapping[str, Any], key: str) -> None:
    """Compare values with the types that the target's own signature gives them."""
    hints = get_type_hints(get_object(plain["_target_"]))
    for name, value in plain.items():
        hint = hints.get(name)
        if hint is not None and not _fits(value, hint):
            raise ConfigError(f"{key}.{name}={_shown(value)} must be {_described(hint)}.")


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, option) for option in get_args(hint))
    if get_origin(hint) is not None and issubclass(get_origin(hint), Sequence):
        item = get_args(hint)[0]
        return isinstance(value, list) and all(_fits(element, item) for element in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def leaves(node: Any, prefix: str = "") -> dict[str, Any]:
    """Return every value of a nested dictionary by its dotted key; lists count as values."""
    if isinstance(node, Mapping) and node:
        flat = {}
        for key, value in node.items():
            flat |= leaves(value, f"{prefix}{key}.")
        return flat
    return {prefix.removesuffix("."): node}


def continued(saved: Mapping[str, Any], saved_overrides: list[str], typed: list[str]) -> DictConfig:
    """Return a checkpoint's configuration with only what was typed now changed.

    Both command lines are composed, the old one alone and with the new words behind it; what
    differs between the two is laid over the configuration that the checkpoint brought along.

    Args:
        saved: the checkpoint's configuration, resolved.
        saved_overrides: what was typed when it was first trained.
        typed: what was typed now.
    """
    before = leaves(OmegaConf.to_container(compose("config", saved_overrides), resolve=True))
    now = compose("config", [*saved_overrides, *typed])
    after = leaves(OmegaConf.to_container(now, resolve=True))
    merged = leaves(saved)
    for key in before.keys() | after.keys():
        if key not in after:
            merged.pop(key, None)
        elif key not in before or before[key] != after[key]:
            merged[key] = after[key]
    config = OmegaConf.create({})
    for key, value in merged.items():
        OmegaConf.update(config, key, value, force_add=True)
    return config


def differences(saved: Mapping[str, Any], config: DictConfig) -> list[str]:
    """Return a line for each hyper-parameter in which `config` differs from `saved`."""
    old = leaves(saved)
    new = leaves(OmegaConf.to_container(config, resolve=True))
    return [
        f"{key}: {old.get(key, '(absent)')} -> {new.get(key, '(absent)')}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
        and not any(key == free or key.startswith(f"{free}.") for free in FREE_TO_CHANGE)
    ]


def _shown(value: Any) -> str:
    return "null" if value is None else str(value)


def _described(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_described(option) for option in get_args(hint))
    if hint is list or get_origin(hint) is not None:
        return "a list"
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a word",
        NoneType: "null",
    }
    return words.get(hint, f"of type {hint}")
