"""The one door from configuration to code."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, get_type_hints

from hydra.errors import InstantiationException
from hydra.utils import get_object, instantiate
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.limits import OPTIMIZER_HINTS
from gan_lab.config.plain import resolved
from gan_lab.config.plugins import import_plugin, names, plugin_of, typed
from gan_lab.config.schema import TASKS
from gan_lab.config.values import complaint, fits
from gan_lab.errors import ConfigError, GanLabError, elsewhere
from gan_lab.schedules import Course, is_course

# A value that is another key's, such as ${optimizer.lr}.
REFERENCE = re.compile(r"\$\{([\w.]+)\}")

# Where each group of a configuration may find classes besides plug-ins.
PARTS = {
    "data": ("gan_lab.data.",),
    "model": ("gan_lab.networks.",),
    "algorithm": ("gan_lab.training.",),
    "loss": ("gan_lab.losses.",),
    "likelihood": ("gan_lab.losses.",),
    "terms": ("gan_lab.losses.",),
    "augment": ("gan_lab.augmentation.",),
    "latent": ("gan_lab.latents.",),
    "optimizer": ("torch.optim.", "gan_lab.schedules."),
    "evaluation": ("gan_lab.evaluation.",),
    "logger": ("gan_lab.callbacks.",),
    "callbacks": (),
}
# What these classes have to be, by name: the layers that define it lie above this one.
KINDS = {
    "data": {"gan_lab.data.base.ImageDataset"},
    "model": {"torch.nn.modules.module.Module"},
    "algorithm": {"gan_lab.training.algorithm.Algorithm"},
    "loss": {"gan_lab.losses.adversarial.AdversarialLoss"},
    "likelihood": {"gan_lab.losses.likelihoods.Likelihood"},
    "terms": {"gan_lab.losses.terms.Term"},
    "augment": {"gan_lab.augmentation.augmentation.Augmentation"},
    "latent": {"gan_lab.latents.priors.Prior"},
    "optimizer": {"torch.optim.optimizer.Optimizer", "gan_lab.schedules.Schedule"},
    "evaluation": {
        "gan_lab.evaluation.metric.SampleMetric",
        "gan_lab.evaluation.model_metric.ModelMetric",
    },
    "logger": {"gan_lab.callbacks.dashboards.Dashboard"},
    "callbacks": {"lightning.pytorch.callbacks.callback.Callback"},
}


def build(node: DictConfig, key: str, **arguments: Any) -> Any:
    """Return the object that `node` describes.

    A configuration may come out of a stranger's checkpoint, so `_target_` must name one of the
    parts that such a group is made of. A class with parts of its own may have a class method
    `completed`, which returns the values with what one of them says of those parts.

    Args:
        node: has `_target_` and plain values.
        key: of `node`; its first word is the group.
        arguments: what only the program knows, such as the image shape.

    Raises:
        ConfigError: the target is not one of those, or does not take these arguments.
    """
    plain = resolved(node)
    check_part(plain, key)
    if complete := getattr(get_object(plain["_target_"]), "completed", None):
        plain = complete(plain)
    courses = {name: Course.read(value) for name, value in plain.items() if is_course(value)}
    values = {name: value for name, value in plain.items() if name not in courses}
    try:
        # The rest by a call of our own: Hydra would make configurations of data classes.
        return instantiate(values, _convert_="all", _partial_=True)(**courses, **arguments)
    except GanLabError:
        raise
    except InstantiationException as error:
        if isinstance(error.__cause__, GanLabError):
            part = re.search(r"^full_key: (\w+)$", str(error), re.MULTILINE)
            raise elsewhere(error.__cause__, key, f"{key}.{part[1]}" if part else key) from None
        raise ConfigError(f"{key}: {error.__cause__ or error}") from error
    except Exception as error:
        raise ConfigError(f"{key}: {error}") from error


def class_of(node: DictConfig, key: str) -> Any:
    """Return the class, or function, that `node` describes an object of.

    Raises:
        ConfigError: the target is no part of such a group.
    """
    plain = resolved(node)
    check_part(plain, key)
    return get_object(plain["_target_"])


def check_part(plain: Mapping[str, Any], key: str) -> None:
    """Refuse a part whose target is none of its group, or does not take its values.

    Args:
        plain: the part, resolved.
        key: of the part; its first word is the group.

    Raises:
        ConfigError: names the target, or the key and its value.
    """
    if "_target_" not in plain:
        raise ConfigError(f"{key}._target_ is missing; it names the class to make.")
    for target in targets_of(plain):
        _check_target(target, key.split(".")[0])
    _check_types(plain, key)


def check_parts(config: DictConfig, groups: Sequence[str] = tuple(PARTS)) -> None:
    """Refuse a `_target_` that is no part of its group, and values that its arguments refuse.

    `build` refuses them too, but when its turn comes, and much may have been made until then.

    Args:
        config: the whole configuration.
        groups: those to look at.

    Raises:
        ConfigError: names the target, or the key and its value.
    """
    plain = resolved(config)
    for group in groups:
        for target in targets_of(plain[group]):
            _check_target(target, group)
    written = OmegaConf.to_container(config, resolve=False)
    for group in groups:
        for key, node, sources in _nodes(plain[group], written[group], group):
            _check_types(node, key, sources)
    if "optimizer" in groups:
        _check_players(plain["optimizer"])


def _check_players(optimizer: Mapping[str, Any]) -> None:
    """Refuse what is said of one player's optimizer and does not fit that of all."""
    for player, own in optimizer.items():
        if not isinstance(own, dict) or "_target_" in own or is_course(own):
            continue
        said = {name: value for name, value in own.items() if value is not None}
        for name, value in said.items():
            if name not in optimizer:
                raise ConfigError(
                    f"optimizer.{player}.{name}={value}: {optimizer['_target_']} has no {name}. "
                    f"Leave it out, or choose another optimizer=."
                )
        _check_types({"_target_": optimizer["_target_"], **said}, f"optimizer.{player}")


def task_of(config: DictConfig) -> Callable[[DictConfig], None]:
    """Return what `task=` runs: of our own the module of its name, else what its file names.

    Raises:
        ConfigError: that is no function of a plug-in.
    """
    if config.task in TASKS:
        return importlib.import_module(f"gan_lab.tasks.{config.task}").run
    target = str(config.get("_target_"))
    found = _found(target, _plugin_modules())
    if not inspect.isfunction(found):
        raise ConfigError(
            f"task={config.task}: _target_={target} is refused: it must name a function of a "
            f"plug-in, which is called with the configuration."
        )
    return found


def used_plugins(plain: Mapping[str, Any]) -> list[str]:
    """Return the plug-ins that the command line names, or that parts of a configuration are of.

    Args:
        plain: the configuration, resolved.
    """
    owners = (plugin_of(str(target)) for target in targets_of(plain))
    return list(dict.fromkeys([*typed(), *(owner for owner in owners if owner)]))


def targets_of(node: Any) -> Iterable[Any]:
    """Yield every `_target_` in plain data, at any depth."""
    if isinstance(node, dict):
        if "_target_" in node:
            yield node["_target_"]
        for value in node.values():
            yield from targets_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from targets_of(value)


def names_no_part(node: Any, group: str) -> bool:
    """Return whether plain data have a `_target_` that the group may not have; import nothing."""
    parts = (*PARTS[group], *_plugin_modules())
    return not all(str(target).startswith(parts) for target in targets_of(node))


def _nodes(node: Any, written: Any, key: str) -> Iterable[tuple[str, dict, dict]]:
    """Yield each part below `node` with its key, and its values as they are written."""
    if isinstance(node, dict):
        written = written if isinstance(written, dict) else node
        if "_target_" in node:
            yield key, node, written
        for name, value in node.items():
            yield from _nodes(value, written[name], f"{key}.{name}")


def _check_target(target: Any, group: str) -> None:
    parts = (*PARTS[group], *_plugin_modules())
    found = _found(str(target), parts)
    # Beside the parts lie classes that they are made of.
    bases = {f"{base.__module__}.{base.__qualname__}" for base in getattr(found, "__mro__", ())}
    if bases.isdisjoint(KINDS[group]):
        places = [part.removesuffix(".") for part in PARTS[group]]
        raise ConfigError(
            f"_target_={target} is refused: it must name a part of "
            f"{' or '.join([*places, *(names() or ['a plug-in, as in plugins=[my_lab]'])])}."
        )


def _found(target: str, parts: tuple[str, ...]) -> Any:
    """Return the class or function of that name; None if it is none of `parts`."""
    module_name, _, name = target.rpartition(".")
    # Compared before anything is imported: an import runs code.
    if not f"{module_name}.".startswith(parts):
        return None
    try:
        if plugin := plugin_of(target):
            import_plugin(module_name, plugin)
        found = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError):
        raise ConfigError(f"_target_={target} does not exist.") from None
    # An imported name is not the module's own: gan_lab.data.files.os must not open a door.
    home = f"{getattr(found, '__module__', '')}."
    return found if home.startswith(parts) else None


def _plugin_modules() -> tuple[str, ...]:
    return tuple(f"{name}." for name in names())


def _check_types(
    plain: Mapping[str, Any], key: str, written: Mapping[str, Any] | None = None
) -> None:
    """Compare values with the types and ranges of the target's own arguments.

    Args:
        plain: the part, resolved.
        key: of the part.
        written: the part as it is written, to name the key that a value comes from.
    """
    hints = (
        OPTIMIZER_HINTS
        if plain["_target_"].startswith("torch.optim.")
        else _hints(get_object(plain["_target_"]))
    )
    for name, value in plain.items():
        if isinstance(value, dict) and "_target_" in value:
            continue  # a part of its own
        hint = hints.get(name)
        if hint is not None and not fits(value, hint):
            source = REFERENCE.fullmatch(str((written or {}).get(name)))
            raise ConfigError(complaint(source[1] if source else f"{key}.{name}", value, hint))


def _hints(target: Any) -> dict[str, Any]:
    # A dataclass has its arguments for fields; another class has them in its constructor.
    is_plain_class = inspect.isclass(target) and not is_dataclass(target)
    try:
        return get_type_hints(target.__init__ if is_plain_class else target, include_extras=True)
    except NameError:  # a plug-in imports a type for its type checker only
        return {}
