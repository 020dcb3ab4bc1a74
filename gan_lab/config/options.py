"""The folders of YAML files: gan_lab's own, and those that a command adds to it."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from gan_lab.errors import ConfigError

_added: tuple[Path, ...] = ()


def find_conf() -> Path:
    """Return gan_lab's own folder: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    installed = package / "conf"
    return installed if installed.is_dir() else package.parent / "conf"


def added_folders() -> tuple[Path, ...]:
    """Return the folders that the command adds, absolute, in the order in which they are read."""
    return _added


def add_folders(folders: Sequence[Path]) -> None:
    """Let options be found in these folders too, and in no others that were added before.

    Raises:
        ConfigError: one is no folder, or has an option that an earlier one has too, or gan_lab.
    """
    global _added
    own = find_conf()
    added = tuple(dict.fromkeys(folder for folder in folders if not _is_same(folder, own)))
    where: dict[Path, Path] = {}
    for folder in (own, *added):
        if not folder.is_dir():
            raise ConfigError(f"hydra.searchpath: {folder} is no folder.")
        for path in folder.rglob("*.yaml") if added else ():
            option = path.relative_to(folder)
            if option in where:
                raise ConfigError(
                    f"{path} would never be read, because {where[option]} has the same name. Give "
                    f"it another one."
                )
            where[option] = path
    _added = added


def options_of(group: str) -> list[str]:
    """Return the options of a group, the names of its files, in order."""
    folders = (find_conf(), *_added)
    return sorted(path.stem for folder in folders for path in (folder / group).glob("*.yaml"))


def file_of(group: str, option: str) -> Path:
    """Return the file of an option that there is."""
    paths = (folder / group / f"{option}.yaml" for folder in (find_conf(), *_added))
    return next(path for path in paths if path.is_file())


def made_of(group: str, option: str) -> list[str]:
    """Return the options of the same group that the file of an option begins with."""
    defaults = (yaml.safe_load(file_of(group, option).read_text("utf-8")) or {}).get("defaults", [])
    return [other for other in defaults if isinstance(other, str) and other != "_self_"]


def mentions(group: str, option: str, name: str) -> bool:
    """Return whether the file of an option, or one that it begins with, has this word."""
    text = re.sub(r"(^|\s)#.*", "", file_of(group, option).read_text("utf-8"), flags=re.MULTILINE)
    return re.search(rf"\b{re.escape(name)}\b", text) is not None or any(
        mentions(group, other, name) for other in made_of(group, option)
    )


def option_made_of(group: str, target: str) -> str:
    """Return the option of a group whose file makes a class; the class itself if there is none.

    Args:
        group: as it is typed.
        target: the class, as in `_target_`.
    """
    makers = (option for option in options_of(group) if mentions(group, option, target))
    return next(makers, target.rpartition(".")[2])


def options_with(group: str, key: str) -> list[str]:
    """Return the options of a group whose files give a key of it a value, as they are typed."""
    return [f"{group}={option}" for option in options_of(group) if key in _keys(group, option)]


def _keys(group: str, option: str) -> set[str]:
    # With `# @package _global_`, or without.
    written = yaml.safe_load(file_of(group, option).read_text("utf-8")) or {}
    return {*written.get(group, written)}.union(
        *(_keys(group, other) for other in made_of(group, option))
    )


def groups() -> list[str]:
    """Return every group that options can be chosen of, as it is typed."""
    folders = {
        path.relative_to(folder).as_posix()
        for folder in (find_conf(), *_added)
        for path in folder.rglob("*")
        if path.is_dir()
    }
    return sorted(folders)


def _is_same(folder: Path, other: Path) -> bool:
    return folder.is_dir() and folder.samefile(other)
