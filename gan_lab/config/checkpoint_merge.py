"""A checkpoint's configuration and the words typed now."""

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from gan_lab.config.composition import composition
from gan_lab.config.limits import FREE_TO_CHANGE
from gan_lab.config.plain import resolved
from gan_lab.config.schema import task_keys
from gan_lab.dotted_keys import leaves


def joined(saved: Sequence[str], typed: Sequence[str]) -> list[str]:
    """Return the words of two command lines as one, the later ones behind the earlier.

    What is said again replaces what was said. Whoever chooses another option of a group does not
    want what was said of the first option either; whoever chooses the same one does.
    """
    keys = [word.split("=")[0] for word in typed if word not in saved]
    groups = [key for key in keys if "." not in key or "@" in key]
    replaced = tuple(
        f"{name}{mark}"
        for group in groups
        # What is said of data@data.a stands below data.a.
        for name in (group, group.rpartition("@")[2].replace("/", "."))
        for mark in "=./@"
    )
    # Hydra takes a list of options or, with a plus, one more than its default list; not both.
    replaced += tuple(f"{group[1:]}=" for group in groups if group.startswith("+"))
    said_again = {word.split("=")[0] for word in typed}
    kept = (word for word in saved if word.split("=")[0] not in said_again)
    return [*(word for word in kept if not word.removeprefix("+").startswith(replaced)), *typed]


def composed(words: Sequence[str]) -> dict[str, Any]:
    """Return every value of the configuration that `words` lead to, by its dotted key."""
    return leaves(resolved(composition(words).config))


def completed(saved: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checkpoint's configuration with the keys that came with a newer gan_lab.

    Args:
        saved: the checkpoint's configuration, resolved.
        was: what its words lead to, see `composed`.
    """
    return _nested({**was, **leaves(saved)})


def continued(
    saved: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]
) -> DictConfig:
    """Return a checkpoint's configuration with only what was typed now changed.

    What differs between the words of then and those of now is laid over the configuration that the
    checkpoint brought along.

    Args:
        saved: the checkpoint's configuration, resolved.
        was: what its words lead to, see `composed`.
        now: what those words lead to, joined with what was typed now.
    """
    merged = leaves(saved)
    for key in was.keys() | now.keys():
        if key not in now:
            merged.pop(key, None)
        elif key not in was or was[key] != now[key]:
            merged[key] = now[key]
    return OmegaConf.create(_nested(merged))


def differences(
    saved: Mapping[str, Any], config: DictConfig, also_free: Sequence[str] = ()
) -> list[str]:
    """Return a line for each hyper-parameter in which `config` differs from `saved`.

    Args:
        saved: the checkpoint's configuration, resolved.
        config: what to go on with.
        also_free: keys that may differ, besides those that always may.
    """
    every_free = (*FREE_TO_CHANGE, *task_keys(), *also_free)
    old = leaves(saved)
    new = leaves(resolved(config))
    return [
        f"{key}: {old.get(key, '(absent)')} -> {new.get(key, '(absent)')}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
        and not any(key == free or key.startswith(f"{free}.") for free in every_free)
    ]


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by their dotted keys as the mapping that `leaves` takes apart."""
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *parents, last = key.split(".")
        node = nested
        for parent in parents:
            if not isinstance(node.get(parent), dict):
                node[parent] = {}
            node = node[parent]
        node[last] = dict(value) if isinstance(value, dict) else value
    return nested
