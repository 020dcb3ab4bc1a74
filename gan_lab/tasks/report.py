"""task=report: the page of a run, or one that compares several, from what lies on disk."""

import glob
from pathlib import Path

from omegaconf import DictConfig

from gan_lab.errors import ConfigError
from gan_lab.output_files import output_file, refuse_to_overwrite, writing
from gan_lab.pages.comparison import write_comparison
from gan_lab.pages.run_page import write_run_page
from gan_lab.plurals import counted
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.finding import find_runs, folder_of
from gan_lab.terminal import say

PAGE = "report.html"


def run(config: DictConfig) -> None:
    """Write a page of the runs that `config.runs` names, and say where it is.

    Raises:
        ConfigError: there are none, or the page cannot be written.
    """
    roots = existing_runs(config.runs)
    home = folder_of(config.runs) or Path()
    is_one_run = roots == [home.absolute()]
    out = (output_file(config.out, PAGE) if config.out is not None else home / PAGE).absolute()
    if not is_one_run:  # whose directory is gan_lab's
        refuse_to_overwrite(out)
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        if is_one_run:
            write_run_page(RunDirectory(roots[0]), out)
        else:
            write_comparison(roots, out)
    say(f"Wrote a page of {counted(len(roots), 'run')}: {out.as_uri()}")


def existing_runs(pattern: str) -> list[Path]:
    """Return the directories of the runs that the pattern names.

    Raises:
        ConfigError: it names none.
    """
    roots = find_runs(pattern)
    if not roots and folder_of(pattern) is None and not glob.has_magic(pattern):
        raise ConfigError(
            f"runs={pattern} is no folder. Name a run directory, or a folder of them."
        )
    if not roots:
        raise ConfigError(
            f"runs={pattern} has no runs. Name a run directory, a folder of them, or a pattern "
            f"such as runs='outputs/**'."
        )
    return roots
