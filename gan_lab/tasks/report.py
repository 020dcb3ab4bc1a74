"""task=report: the page of a run, or one that compares several, or a table of their results."""

import glob
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from gan_lab.durable import replacing
from gan_lab.errors import ConfigError, complain, did_you_mean
from gan_lab.output_files import output_file, refuse_to_overwrite, writing
from gan_lab.pages.compared import compared
from gan_lab.pages.comparison import TableChoice, home_of, write_comparison
from gan_lab.pages.result_table import monitor_of, result_table, shown_metrics
from gan_lab.pages.run_page import write_run_page
from gan_lab.pages.table_formats import ENDINGS, FORMATS
from gan_lab.plurals import counted
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.finding import find_runs, folder_of
from gan_lab.runs.reading import Run, read_run
from gan_lab.terminal import say

PAGE = "report.html"
OF_TABLES = ("columns", "checkpoint", "spread")


def run(config: DictConfig) -> None:
    """Write a page of the runs that `config.runs` names, and say where it is; or their table.

    Raises:
        ConfigError: there are none, none has what the table is to show, or nothing can be written.
    """
    roots = existing_runs(config.runs)
    home = folder_of(config.runs) or Path()
    is_one_run = roots == [home.absolute()]
    if config.format != "page":
        if is_one_run:
            raise ConfigError(
                f"format={config.format} is a table of several runs, and runs={config.runs} is "
                f"one. Name a folder of runs, such as a sweep's."
            )
        _write_table(config, roots)
        return
    out = (output_file(config.out, PAGE) if config.out is not None else home / PAGE).absolute()
    if not is_one_run:  # whose directory is gan_lab's
        refuse_to_overwrite(out)
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        if is_one_run:
            write_run_page(RunDirectory(roots[0]), out)
        else:
            chosen = TableChoice(config.columns or (), config.checkpoint, config.spread)
            if chosen.columns:
                _refuse_unknown(chosen.columns, [read_run(root) for root in roots])
            write_comparison(roots, out, chosen)
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


def _write_table(config: DictConfig, roots: Sequence[Path]) -> None:
    """Write the table of results to `config.out`, or print it, for a pipe to take it."""
    runs = [read_run(root) for root in roots]
    finished = [run for run in runs if run.status == "finished"]
    if not finished:
        raise ConfigError(
            f"runs={config.runs} has {counted(len(runs), 'run')} and none that finished, and "
            f"format={config.format} is a table of those that did. Wait for their end, or leave "
            f"format= out for a page of all."
        )
    if config.checkpoint == "best" and monitor_of(finished) is None:
        raise ConfigError(
            f"checkpoint=best: the runs of runs={config.runs} were not evaluated, so none of their "
            f"checkpoints is the best. Leave it out."
        )
    metrics = list(config.columns or shown_metrics(finished))
    _refuse_unknown(metrics, finished)
    if not metrics:
        raise ConfigError(
            f"runs={config.runs} has no metric that runs are judged by. Name others, as in "
            f"columns=[{next(iter(finished[0].metrics), 'loss/generator')}]."
        )
    _, jobs = compared(runs, home_of(roots))
    table = result_table(jobs, metrics, config.checkpoint, config.spread)
    text = FORMATS[config.format](table).text(metrics)
    if config.out is None:
        say(*text.splitlines())
    else:
        out = output_file(config.out, f"results{ENDINGS[config.format]}")
        with writing(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            with replacing(out) as file:
                file.write(text.encode())
        say(f"Wrote a table of {counted(len(finished), 'run')}: {out}")
    for note in table.notes:
        if note.startswith("Not scored alike"):
            complain(note)


def _refuse_unknown(metrics: Sequence[str], runs: Sequence[Run]) -> None:
    """Refuse a metric that no run has.

    Raises:
        ConfigError: names it.
    """
    known = {name for run in runs for name in run.metrics}
    judged = {name for run in runs for name in run.about.get("better", {})} & known
    for metric in metrics:
        if metric not in known:
            raise ConfigError(
                f"columns=[{metric}]: none of these runs has that metric."
                f"{did_you_mean(metric, judged or known)}"
            )
