"""Parts from outside: the packages and modules that a command names, and where their options lie.

`plugins=[my_lab]` is read from the command line before Hydra composes anything, and from nowhere
else: neither a YAML file nor a checkpoint can bring code in. Whoever installs a package with an
entry point of the group `gan_lab.plugins` names it by that. No Hydra and no plug-in is imported
here, because the help page lists what they add.
"""

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path

from gan_lab.config.options import add_folders, added_folders
from gan_lab.errors import ConfigError

ENTRY_POINTS = "gan_lab.plugins"
NAMES = re.compile(r"\+{0,2}plugins=(.*)", re.DOTALL)
FOLDERS = re.compile(r"(?:--config-dir|-cd|\+{0,2}hydra\.searchpath)=(.*)", re.DOTALL)
# An element of a list, in quotes or not.
ELEMENT = re.compile(r"""'([^']*)'|"([^"]*)"|([^\[\],'"]+)""")

_typed: tuple[str, ...] = ()
_installed: tuple[str, ...] = ()


def use(words: Sequence[str]) -> list[Path]:
    """Let the parts and options be used that a command line names, and those that are installed.

    Args:
        words: of the command line.

    Returns:
        The folders of options that are named as such, absolute.

    Raises:
        ConfigError: a plug-in or a folder is not there, or has an option that gan_lab has too.
    """
    global _typed, _installed
    _typed, _installed = tuple(_names(words)), _entry_points()
    if _typed:
        _make_the_current_folder_importable()
    named = _folders(words)
    found = [*map(_find, _typed), *map(_conf, _installed)]
    add_folders([*named, *(folder for folder in found if folder)])
    return named


@contextmanager
def apart() -> Iterator[None]:
    """Let the body use others, and go on afterwards with those that were in use before."""
    global _typed, _installed
    before, folders = (_typed, _installed), added_folders()
    try:
        yield
    finally:
        _typed, _installed = before
        add_folders(folders)


def names() -> tuple[str, ...]:
    """Return the modules that parts may come from, besides gan_lab's own."""
    return (*_typed, *_installed)


def typed() -> tuple[str, ...]:
    """Return those that the command line names."""
    return _typed


def plugin_of(target: str) -> str | None:
    """Return which plug-in the class or function of this full name belongs to, if any."""
    return next((name for name in names() if target.startswith(f"{name}.")), None)


def import_typed() -> None:
    """Import the plug-ins that the command line names.

    Raises:
        ConfigError: one of them fails; the message is its own.
    """
    for name in _typed:
        import_plugin(name, name)


def import_plugin(module: str, name: str) -> None:
    """Import a module of the plug-in `name`.

    Raises:
        ModuleNotFoundError: it is not there.
        ConfigError: it fails; the message is its own.
    """
    try:
        importlib.import_module(module)
    except Exception as error:  # whatever somebody's code raises
        if _is_missing(module, error):
            raise
        raise _broken(name, error) from error


def _is_missing(module: str, error: Exception) -> bool:
    """Return whether it is the module itself, or a package around it, that was not found."""
    is_missing = isinstance(error, ModuleNotFoundError) and error.name is not None
    return is_missing and f"{module}.".startswith(f"{error.name}.")


def _broken(name: str, error: Exception) -> ConfigError:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return ConfigError(f"plugins=[{name}] cannot be imported: {reason}")


def _names(words: Sequence[str]) -> list[str]:
    """Return what the last word about plug-ins names."""
    said = [found[1] for word in words if (found := NAMES.fullmatch(word))]
    if not said or said[-1].lower() == "null":
        return []
    names = _elements(said[-1])
    if len(names) > 1 and not said[-1].startswith("["):
        raise ConfigError(f"plugins={said[-1]}: a list stands in brackets, plugins=[{said[-1]}].")
    for name in names:
        if not all(part.isidentifier() for part in name.split(".")):
            raise ConfigError(
                f"plugins=[{name}] is not the name of a module: type it as Python imports it, as "
                f"in plugins=[my_lab]."
            )
    return list(dict.fromkeys(names))


def _folders(words: Sequence[str]) -> list[Path]:
    """Return the folders that `--config-dir` and `hydra.searchpath=` name, absolute."""
    joined = [
        f"{word}={following}" if word in ("--config-dir", "-cd") else word
        for word, following in zip(words, [*words[1:], ""], strict=False)
    ]
    said = [found for word in joined if (found := FOLDERS.fullmatch(word))]
    # A flag's value is one path; a word of Hydra is a list.
    values = [
        [found[1]] if found[0].startswith("-") else _elements(found[1])
        for found in said
        if found[1]
    ]
    return [_folder(value) for each in values for value in each]


def _folder(value: str) -> Path:
    scheme, _, path = value.rpartition("://")
    if scheme == "pkg":
        found = _spec(path.replace("/", "."))
        if found and found.submodule_search_locations:
            return Path(next(iter(found.submodule_search_locations)))
    if scheme not in ("", "file"):
        raise ConfigError(f"hydra.searchpath=[{value}] is not there: name a folder.")
    return Path(path).expanduser().absolute()


def _elements(text: str) -> list[str]:
    elements = ("".join(parts) for parts in ELEMENT.findall(text))
    return [element.strip() for element in elements if element.strip()]


def _entry_points() -> tuple[str, ...]:
    # Only now: the module is slow to load, and with it everything is that only parses words.
    from importlib.metadata import entry_points

    return tuple(dict.fromkeys(point.module for point in entry_points(group=ENTRY_POINTS)))


def _make_the_current_folder_importable() -> None:
    """Do for `gan-lab` what `python -m` has done, unless Python was told not to."""
    here = os.getcwd()  # noqa: PTH109  # as sys.path has it
    if here not in sys.path and not sys.flags.safe_path:
        sys.path.insert(0, here)
    importlib.invalidate_caches()


def _find(name: str) -> Path | None:
    if _spec(name) is None:
        raise ConfigError(
            f"plugins=[{name}]: there is no module {name}. It must be installed, or a package or "
            f"{name.replace('.', '/')}.py in the current folder."
        )
    return _conf(name)


def _conf(name: str) -> Path | None:
    """Return the folder of options inside a package, or beside a module; None if it has none."""
    spec = _spec(name)
    if spec is None:
        return None
    homes = [*(spec.submodule_search_locations or ())]
    if not homes and spec.origin:
        homes = [Path(spec.origin).parent]
    folders = (Path(home).absolute() / "conf" for home in homes)
    return next((folder for folder in folders if folder.is_dir()), None)


def _spec(name: str) -> ModuleSpec | None:
    """Find a module; only the packages around it are imported for that."""
    try:
        return importlib.util.find_spec(name)
    except Exception as error:  # whatever somebody's code raises
        if _is_missing(name, error):
            return None
        raise _broken(name, error) from error
