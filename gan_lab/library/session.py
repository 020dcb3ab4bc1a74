"""A command within somebody's own program: Hydra set up for it, and everything put back after it.

The program may be a Hydra application itself, before or after or right now. So Hydra's global
objects are laid aside for the time of the command, and with them what else a command changes for
its whole process: plug-ins, torch's random numbers, how warnings are shown.
"""

import copy
import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.singleton import Singleton
from hydra.core.utils import JobRuntime, env_override
from hydra.types import RunMode
from hydra.version import VersionBase
from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.basecontainer import BaseContainer

from gan_lab import seeding, terminal
from gan_lab.command_line import checked_task, readable
from gan_lab.config import outside_words, plugins, run_directory
from gan_lab.config.hydra_errors import explain
from gan_lab.config.options import find_conf
from gan_lab.config.quoting import words_of
from gan_lab.durable import release_claims
from gan_lab.errors import ConfigError, GanLabError, memory_in_words

HYDRAS_OWN = (GlobalHydra, HydraConfig, JobRuntime, VersionBase)
Task = Callable[[DictConfig], None]
# One at a time: a process has one Hydra, and one generator of random numbers.
_one_at_a_time = threading.RLock()


@contextmanager
def session(*words: str) -> Iterator[tuple[DictConfig, Task]]:
    """Compose the words of a command, and let the body do what they ask for.

    Yields:
        The configuration, which nothing is wrong with as far as can be told, and its task.

    Raises:
        GanLabError: a word is wrong, or what the body raises.
    """
    for word in words:
        if not isinstance(word, str):
            raise ConfigError(
                f"{word!r} is no word of a command: write key=value as text, as in "
                f"'iterations=1000'."
            )
        if word.startswith("-"):
            raise ConfigError(f"{word} is for the command line alone: call once for each run.")
    with _one_at_a_time, _apart(), _warnings_in_words():
        try:
            config = _composed(readable(words))
            with env_override(HydraConfig.get().job.env_set), memory_in_words():
                yield config, checked_task(config)
        except GanLabError:
            if HydraConfig.initialized():
                with suppress(OSError):
                    Path(HydraConfig.get().runtime.output_dir).rmdir()  # if nothing came into it
            raise
        finally:
            release_claims()


def _composed(words: Sequence[str]) -> DictConfig:
    """Return the configuration, with Hydra knowing what it would know of a command."""
    run_directory.register()
    outside_words.register()
    try:
        with initialize_config_dir(str(find_conf()), job_name="gan_lab", version_base="1.3"):
            config = compose("config", list(words), return_hydra_config=True)
        HydraConfig.instance().set_config(config)
        # Where it is to be is said by names that may have to be made up, and only once.
        directory = Path(str(OmegaConf.select(config, "hydra.run.dir"))).absolute()
        OmegaConf.set_readonly(config.hydra, False)
        with open_dict(config.hydra):
            config.hydra.mode = RunMode.RUN
            config.hydra.runtime.output_dir = str(directory)
        HydraConfig.instance().set_config(config)
        directory.mkdir(parents=True, exist_ok=True)
    except GanLabError:
        raise
    except Exception as error:  # Hydra's and OmegaConf's, of words that make no configuration
        raise explain(error, words_of(words)) from None
    own = copy.deepcopy(config)
    with read_write(own), open_dict(own):
        del own["hydra"]
    return own


@contextmanager
def _apart() -> Iterator[None]:
    """Lay aside what belongs to the whole process, and put it back."""
    instances: dict[type, Any] = Singleton._instances
    held = {kind: instances.pop(kind) for kind in HYDRAS_OWN if kind in instances}
    resolvers = dict(BaseContainer._resolvers)
    try:
        with plugins.apart(), seeding.apart():
            yield
    finally:
        for kind in HYDRAS_OWN:
            instances.pop(kind, None)
        instances.update(held)
        BaseContainer._resolvers = resolvers


@contextmanager
def _warnings_in_words() -> Iterator[None]:
    """Show warnings as a command does, on one line; afterwards, as the program likes."""
    formatted, level = warnings.formatwarning, logging.getLogger("matplotlib").level
    with warnings.catch_warnings():
        warnings.formatwarning = terminal.as_warning
        logging.getLogger("matplotlib").setLevel(logging.WARNING)
        try:
            yield
        finally:
            warnings.formatwarning = formatted
            logging.getLogger("matplotlib").setLevel(level)
