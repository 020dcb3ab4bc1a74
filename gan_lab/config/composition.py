"""What the words of a command lead to, composed by Hydra once for the same words."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, open_dict

from gan_lab.config.options import added_folders, find_conf


@dataclass(frozen=True)
class Composition:
    """A configuration as Hydra composed it.

    Attributes:
        config: only to be read, since others get the same.
        choices: the option of each group.
    """

    config: DictConfig
    choices: Mapping[str, str | None]


def composition(words: Sequence[str]) -> Composition:
    """Return what these overrides lead to.

    Raises:
        Exception: Hydra's or OmegaConf's, of words that make no configuration.
    """
    return _composed(tuple(words), added_folders())


# It takes a while. To continue a run, to check it and to explain a mistake ask for the same words,
# and the jobs of a sweep for the same choices.
@functools.lru_cache(maxsize=64)
def _composed(words: tuple[str, ...], folders: tuple[Path, ...]) -> Composition:
    if not GlobalHydra.instance().is_initialized():
        with initialize_config_dir(str(find_conf()), version_base="1.3"):
            return _composed(words, folders)
    config = compose("config", list(words), return_hydra_config=True)
    choices = dict(config.hydra.runtime.choices)
    with open_dict(config):
        del config["hydra"]
    return Composition(config, choices)
