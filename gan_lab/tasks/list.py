"""task=list: the runs of a folder, one a line."""

from collections import Counter
from pathlib import Path

from omegaconf import DictConfig
from rich.table import Table

from gan_lab import terminal
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
    terminal.console().print(table(runs))


def table(runs: list[Run]) -> Table:
    """Return one line per run."""
    present = {name for run in runs for name in run.metrics}
    metrics = [name for name in KEY_METRICS if name in present]
    numbers = ("iterations", "time", "seed", "best distance", *metrics)
    rows = [
        (
            _shown(one.root),
            one.status,
            number(one.iterations),
            duration(one.seconds),
            number(one.about.get("seed")),
            _best(one),
            *(number(one.metrics.get(name, {}).get("last")) for name in metrics),
        )
        for one in runs
    ]
    statuses = Counter(one.status for one in runs)
    return terminal.table(
        {"run": "left", "status": "left", **dict.fromkeys(numbers, "right")},
        rows,
        caption=", ".join(f"{count} {status}" for status, count in statuses.items()),
    )


def _shown(root: Path) -> str:
    here = Path.cwd()
    return str(root.relative_to(here) if root.is_relative_to(here) else root)


def _best(run: Run) -> str:
    values = run.metrics.get(run.monitor)
    return f"{run.monitor} {number(values['best'])}" if values else ""
