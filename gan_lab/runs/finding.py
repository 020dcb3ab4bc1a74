"""Run directories below a folder, or those that a pattern names."""

import fnmatch
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARKS = ("metrics.csv", "start.json", "summary.json")  # of a run directory, one of them


def find_runs(pattern: str) -> list[Path]:
    """Return the run directories that the pattern names, and those below what it names.

    Links to folders are followed where the pattern names them, and not below, where they may lead
    round and round.

    Args:
        pattern: a path, in which `*`, `?` and `**` stand for names, and `~` for one's home.
    """
    folder = folder_of(pattern)
    # A directory may have a name that would be a pattern.
    paths = {folder} if folder else _matching(Path(_at_home(pattern)))
    found = {root for path in paths for root in _runs_below(path)}
    return sorted(found, key=lambda root: [_as_number(part) for part in root.parts])


def folder_of(name: str) -> Path | None:
    """Return the folder of that name, `~` being one's home; None if there is none."""
    path = _at_home(name)
    return Path(path) if os.path.isdir(path) else None  # noqa: PTH112 - as below


def _at_home(name: str) -> str:
    return os.path.expanduser(name)  # noqa: PTH111 - does not fail, whatever the name


def _matching(pattern: Path) -> set[Path]:
    """Return the folders that a pattern names."""
    found = {Path(pattern.anchor)}
    for name in pattern.parts[bool(pattern.anchor) :]:
        found = {path for folder in found for path in _named(folder, name)}
    return found


def _named(folder: Path, name: str) -> Iterator[Path]:
    """Return the folders in `folder` that one part of a pattern names; by `**` all below it too."""
    if name == "**":
        yield from (Path(below) for below, *_ in os.walk(folder))
    elif set(name).isdisjoint("*?[\0"):
        yield folder / name
    else:
        with suppress(OSError, ValueError):
            for entry in os.scandir(folder):
                is_hidden = entry.name.startswith(".") and not name.startswith(".")
                if fnmatch.fnmatchcase(entry.name, name) and not is_hidden:
                    yield folder / entry.name


def _runs_below(path: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(path):
        if not set(MARKS).isdisjoint([*folders, *files]):
            yield Path(folder).absolute()


def _as_number(name: str) -> tuple[int, str]:
    # The jobs of a sweep are numbered.
    return (int(name), "") if name.isascii() and name.isdigit() else (-1, name)
