"""task=list: the runs of a folder, one a line."""

from collections import Counter
from pathlib import Path

from omegaconf import DictConfig
from rich.table import Table

from gan_lab import terminal
from gan_lab.pages.page import duration, number
from gan_lab.plurals import counted
from gan_lab.runs.reading import Run, read_run
from gan_lab.tasks.report import existing_runs

KEY_METRICS = (
    "modes/covered", "precision", "recall", "coverage", "agreement", "test_error", "code_error",
    "cluster_error", "nll", "target_error", "r_precision", "digit_agreement",
)  # fmt: skip


def run(config: DictConfig) -> None:
    """Print how the runs that `config.runs` names ended or go on, and their last key metrics.

    Raises:
        ConfigError: there are none.
    """
    runs = [read_run(root) for root in existing_runs(config.runs)]
    terminal.console().print(table(runs))


def table(runs: list[Run]) -> Table:
    """Return one line per run; of a damaged one it says what is wrong."""
    present = {name for run in runs for name in run.metrics}
    metrics = [name for name in KEY_METRICS if name in present]
    damaged = sum(bool(one.problems) for one in runs)
    numbers = ("iterations", "time", "seed", "best distance", *metrics)
    rows = [
        (
            _shown(one.root),
            one.status,
            one.choice("model"),
            one.choice("loss"),
            one.choice("data"),
            number(one.iterations),
            duration(one.seconds),
            number(one.seed),
            _best(one),
            *(number(one.metrics.get(name, {}).get("last")) for name in metrics),
            *([one.damage] if damaged else []),
        )
        for one in runs
    ]
    statuses = Counter(one.status for one in runs)
    says = [f"{count} {status}" for status, count in statuses.items()]
    columns = dict.fromkeys(("run", "status", "model", "loss", "data"), "left")
    columns |= dict.fromkeys(numbers, "right")
    if damaged:
        columns["damage"] = "left"
        says.append(f"{counted(damaged, 'directory', 'directories')} damaged")
    return terminal.table(columns, rows, caption=", ".join(says))


def _shown(root: Path) -> str:
    here = Path.cwd()
    return str(root.relative_to(here) if root.is_relative_to(here) else root)


def _best(run: Run) -> str:
    values = run.metrics.get(run.monitor)
    return f"{run.monitor} {number(values['best'])}" if values else ""
