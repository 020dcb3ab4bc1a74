"""A checkpoint's configuration and the words typed now."""

from collections.abc import Mapping
from typing import Any

from hydra import compose
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.plain import leaves, resolved
from gan_lab.config.schema import FREE_TO_CHANGE


def continued(saved: Mapping[str, Any], saved_overrides: list[str], typed: list[str]) -> DictConfig:
    """Return a checkpoint's configuration with only what was typed now changed.

    Both command lines are composed, the old one alone and with the new words behind it; what
    differs between the two is laid over the configuration that the checkpoint brought along.

    Args:
        saved: the checkpoint's configuration, resolved.
        saved_overrides: what was typed when it was first trained.
        typed: what was typed now.
    """
    before = leaves(resolved(compose("config", saved_overrides)))
    after = leaves(resolved(compose("config", [*saved_overrides, *typed])))
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
    new = leaves(resolved(config))
    return [
        f"{key}: {old.get(key, '(absent)')} -> {new.get(key, '(absent)')}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
        and not any(key == free or key.startswith(f"{free}.") for free in FREE_TO_CHANGE)
    ]
