"""What a run says last: its numbers, where its report is, and what can be typed next."""

from pathlib import Path

from rich.table import Table

from gan_lab import terminal
from gan_lab.config.outside_words import python_command
from gan_lab.config.plain import override
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.reading import Run, read_run
from gan_lab.terminal import say

SHOWN = (
    "modes/covered", "modes/kl_uniform", "precision", "recall", "density", "coverage", "ndb",
    "agreement", "test_error", "code_error", "cluster_error",
    "cluster_error_one_label", "nll", "reconstruction_mse", "source_error", "target_error",
    "domain_accuracy_held_out", "proxy_a_distance", "r_precision", "digit_agreement",
    "stroke_agreement", "shape_agreement", "slant_agreement",
)  # fmt: skip


def print_outcome(directory: RunDirectory, *, is_measurable: bool) -> None:
    """Print the last and best metrics of a run, and how to go on from here.

    Args:
        directory: of the run.
        is_measurable: whether evaluations have metrics for its data.
    """
    run = read_run(directory.root)
    terminal.console().print(table(run))
    best = directory.checkpoints / "best.ckpt"
    chosen = best if best.exists() else directory.last_checkpoint
    longer = max(2 * run.iterations, 1)
    for what, command in {
        "Open": directory.report.as_uri() if directory.report.exists() else "",
        "Evaluate": python_command("task=evaluate", typed(chosen)) if is_measurable else "",
        "Train on": python_command(typed(directory.last_checkpoint), f"iterations={longer}"),
    }.items():
        if command:
            # Not by rich, which would fold a path that is to be copied.
            say(f"{what:<9} {command}")


def table(run: Run) -> Table:
    """Return the most telling metrics that the run has, beside what they are read by."""
    goals = run.about.get("reference", {})
    rows = [
        (
            name,
            *(_number(values[which]) for which in ("last", "best", "best_iteration")),
            _number(goals.get(name, run.perfect(name))),
        )
        for name in dict.fromkeys([run.monitor, *SHOWN, *run.watched, "images_per_second"])
        if (values := run.metrics.get(name))
    ]
    heads = dict.fromkeys(("last", "best", "at iteration", "perfect"), "right")
    return terminal.table({"metric": "left", **heads}, rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def typed(checkpoint: Path) -> str:
    """Return `ckpt=` as Hydra reads it, whatever the name of the run directory."""
    return override("ckpt", checkpoint)
