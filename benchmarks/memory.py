"""Peak memory of a run against the sum of what it cannot do without."""

from collections.abc import Sequence
from functools import partial

from benchmarks import train
from benchmarks.harness import (
    Figures,
    Table,
    figures_of,
    in_turn,
    median,
    peak_of,
    temporary_folder,
)
from benchmarks.train import CASES, Case

ITERATIONS = 10
IMPORTS = "import torch, lightning, torchmetrics, gan_lab.tasks.train"
WITH_LIMITS = [case for case in CASES if case.loop == "plain_gan"]
SMOKE = {"cases": train.SMOKE["cases"][:1]}


def run(rounds: int, cases: Sequence[Case] = WITH_LIMITS) -> list[Table]:
    """Return the table."""
    rows = []
    for case in cases:
        by_hand = ("-m", "benchmarks.plain_gan", "1", str(ITERATIONS), *case.overrides)
        found = in_turn(
            {
                f"{case.name}, ours": partial(ours, case),
                f"{case.name}, by hand": partial(peak_of, *by_hand),
                f"{case.name}, imports": partial(peak_of, "-c", IMPORTS),
            },
            rounds,
        )
        columns = zip(("ours", "by hand", "imports alone"), found.values(), strict=True)
        parts = figures_of("-m", "benchmarks.limits", *case.overrides)
        rows.append(
            {"case": case.name}
            | {column: median(figures, "mebibytes") for column, figures in columns}
            | {
                "weights": parts["weights_mebibytes"],
                "gradients and optimizers": 3 * parts["weights_mebibytes"],
                "layer outputs": parts["outputs_mebibytes"],
                "data set": parts["dataset_mebibytes"],
            }
        )
    notes = (
        "By hand is float32 throughout and holds the images as float32. Layer outputs are those of "
        "both phases, with their gradients; not all are held at the same time."
    )
    return [Table("Peak memory of a process and its largest parts, MiB", rows, notes)]


def ours(case: Case) -> Figures:
    """Return the peak of a short run without evaluation."""
    with temporary_folder() as folder:
        words = [f"iterations={ITERATIONS}", "evaluation=none", f"hydra.run.dir={folder}/run"]
        return peak_of("-m", "gan_lab", *case.overrides, *words)
