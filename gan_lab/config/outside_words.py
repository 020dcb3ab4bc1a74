"""The words of a command that say where parts from outside are, to repeat them in another one.

Hydra keeps both words, so a job of a sweep that a launcher runs elsewhere still knows them:
`hydra.searchpath=[...]`, absolute, and `plugins=[...]`.
"""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import final

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from gan_lab.config.options import added_folders
from gan_lab.config.plain import quoted

ABOUT_OUTSIDE = ("plugins", "hydra.searchpath")


@final
class AddedFolders(SearchPathPlugin):
    """Lets Hydra find the options of the folders that the command adds, whatever it composes."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append them behind gan_lab's own."""
        for folder in added_folders():
            search_path.append("gan_lab", f"file://{folder}")


def register() -> None:
    """Make Hydra ask for the folders."""
    Plugins.instance().register(AddedFolders)


def with_one_search_path(words: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """Return a command line in which one word names all folders of options.

    Args:
        words: of the command line, flags in front.
        folders: that `--config-dir` and `hydra.searchpath=` name in them, absolute.
    """
    others = [
        word for word in words if not word.startswith("--config-dir=") and not _is_search_path(word)
    ]
    listed = ",".join(quoted(str(folder)) for folder in folders)
    return [*others, *([f"hydra.searchpath=[{listed}]"] if folders else [])]


def outside_words() -> list[str]:
    """Return the words of the command that runs which say where parts from outside are."""
    if not HydraConfig.initialized():
        return []
    # Unresolved: Hydra keeps them in a configuration, where `${...}` would be looked up.
    said = OmegaConf.to_container(HydraConfig.get().overrides, resolve=False)
    return [word for word in (*said["hydra"], *said["task"]) if is_about_outside(word)]


def is_about_outside(word: str) -> bool:
    """Return whether a word says where parts from outside are."""
    return word.partition("=")[0].lstrip("+") in ABOUT_OUTSIDE


def _is_search_path(word: str) -> bool:
    return word.partition("=")[0].lstrip("+") == "hydra.searchpath"


def python_command(*words: str) -> str:
    """Return a command for the shell that finds the parts from outside that this one found."""
    return shlex.join(["python", "-m", "gan_lab", *words, *outside_words()])
