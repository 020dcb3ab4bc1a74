"""How long a person waits for the first sign of life, against the bare imports."""

from collections.abc import Sequence
from functools import partial

from benchmarks.harness import (
    Figures,
    Table,
    in_turn,
    median,
    ratio,
    run_python,
    seconds_of,
    seconds_until,
    temporary_folder,
)

HYDRA = "python -c 'import hydra'"
LIBRARIES = "python -c 'import torch, lightning'"
SMOKE = {"overrides": ["data=digits", "model.width=4"]}


def run(rounds: int, overrides: Sequence[str] = ()) -> list[Table]:
    """Return the table; `overrides` are those of the run whose first iteration is waited for."""
    programs = {
        HYDRA: partial(_seconds, "-c", "import hydra"),
        "python -m gan_lab --help": partial(_seconds, "-m", "gan_lab", "--help"),
        "python -m gan_lab --cfg job": partial(_seconds, "-m", "gan_lab", "--cfg", "job"),
        LIBRARIES: partial(_seconds, "-c", "import torch, lightning"),
        "first iteration": partial(first_iteration, overrides),
    }
    found = in_turn(programs, rounds)
    rows = []
    for name, figures in found.items():
        against = LIBRARIES if name in ("first iteration", LIBRARIES) else HYDRA
        rows.append(
            {
                "command": f"`{name}`" if name.startswith("python") else name,
                "seconds": median(figures, "seconds"),
                "ratio": "" if name == against else ratio(figures, found[against], "seconds"),
                "of": "" if name == against else f"`{against}`",
            }
        )
    notes = (
        "First iteration: from the command to the first row of a run on MNIST without evaluation."
    )
    return [Table("Start-up", rows, notes)]


def first_iteration(overrides: Sequence[str]) -> Figures:
    """Return the seconds until a run has trained for one iteration and said so."""
    with temporary_folder() as folder:
        words = ["iterations=2", "log_every=1", "evaluation=none", f"hydra.run.dir={folder}/run"]
        command = ["-m", "gan_lab", *overrides, *words]
        return {"seconds": seconds_until(command, lambda line: line.startswith("iteration 1/"))}


def _seconds(*words: str) -> Figures:
    return {"seconds": seconds_of(partial(run_python, *words))}
