"""task=list: the runs of a folder, one a line."""

from collections import Counter
from pathlib import Path

from omegaconf import DictConfig
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gan_lab.pages.page import duration, number
from gan_lab.runs.reading import Run, read_run
from gan_lab.tasks.report import existing_runs

KEY_METRICS = ("modes/covered", "precision", "recall", "coverage")


def run(config: DictConfig) -> None:
    """Print how the runs that `config.runs` names ended or go on, and their last key metrics.

    Raises:
        ConfigError: there are none.
    """
    runs = [read_run(root) for root in existing_runs(config.runs)]
    console = Console(highlight=False)
    # A pipe has no width; there each run stays on one line.
    if not console.is_terminal:
        console = Console(width=250)
    console.print(table(runs))


def table(runs: list[Run]) -> Table:
    """Return one line per run."""
    present = {name for run in runs for name in run.metrics}
    metrics = [name for name in KEY_METRICS if name in present]
    result = Table("run", "status")
    for column in ("iterations", "time", "seed", "best distance", *metrics):
        result.add_column(column, justify="right")
    for one in runs:
        cells = (
            _shown(one.root),
            one.status,
            number(one.iterations),
            duration(one.seconds),
            number(one.about.get("seed")),
            _best(one),
            *(number(one.metrics.get(name, {}).get("last")) for name in metrics),
        )
        result.add_row(*map(escape, cells))  # a name in square brackets is no style
    result.caption = ", ".join(
        f"{count} {status}" for status, count in Counter(one.status for one in runs).items()
    )
    return result


def _shown(root: Path) -> str:
    here = Path.cwd()
    return str(root.relative_to(here) if root.is_relative_to(here) else root)


def _best(run: Run) -> str:
    values = run.metrics.get(run.monitor)
    return f"{run.monitor} {number(values['best'])}" if values else ""
