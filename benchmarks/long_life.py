"""A run directory after very many iterations: its size, and how long it takes to open.

    python -m benchmarks.long_life page|summary RUN

A short run is made to look as if it were one of 10 million iterations, with rows, pictures and
evaluations as often as a run has them by default, by repeating what it has.
"""

import csv
import itertools
import json
import shutil
import sys
import time
from pathlib import Path

from benchmarks.folder import largest_mebibytes
from benchmarks.harness import Table, figures_of, print_figures, run_python, temporary_folder
from gan_lab.pages.run_page import write_run_page
from gan_lab.runs.checkpoints import read_checkpoint, write_checkpoint
from gan_lab.runs.directory import RunDirectory

ITERATIONS = (100_000, 1_000_000, 10_000_000)
ROWS_EVERY, PICTURES_EVERY, EVALUATIONS_EVERY = 50, 500, 1000
SHORT = (
    "data=digits",
    "model.width=4",
    "iterations=100",
    "log_every=50",
    "samples_every=50",
    "evaluation.every=100",
    "evaluation.n_fake=256",
    "checkpoint_every=100",
)
SMOKE = {"iterations": (1000,)}


def run(rounds: int, iterations: tuple[int, ...] = ITERATIONS) -> list[Table]:
    """Return one table; a round is enough."""
    rows = []
    with temporary_folder() as home:
        short = Path(home, "short")
        run_python("-m", "gan_lab", *SHORT, f"hydra.run.dir={short}")
        for length in iterations:
            root = Path(home, "long")
            stretch(short, root, length)
            size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
            page = figures_of("-m", "benchmarks.long_life", "page", str(root))
            begun = time.perf_counter()
            ckpt = root / "checkpoints" / "last.ckpt"
            run_python(
                "-m", "gan_lab", f"ckpt={ckpt}", f"iterations={length + 1}", "evaluation=none"
            )
            rows.append(
                {
                    "iterations": length,
                    "directory, MiB": size / 2**20,
                    "page, s": page["seconds"],
                    "page, processor s": page["processor"],
                    "page, MiB": (root / "report.html").stat().st_size / 2**20,
                    "memory for it, MiB": page["mebibytes"],
                    "one more iteration, s": time.perf_counter() - begun,
                }
            )
            shutil.rmtree(root)
    return [Table("Long lives", rows)]


def stretch(short: Path, root: Path, length: int) -> None:
    """Copy a run and make it one of `length` iterations."""
    shutil.copytree(short, root)
    with (root / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (root / "metrics.csv").open("w") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for number, iteration in enumerate(range(ROWS_EVERY, length + 1, ROWS_EVERY)):
            clock = {"iteration": iteration, "seconds": iteration / 100}
            writer.writerow(rows[number % len(rows)] | clock)
    for folder, ending, every in (
        ("samples", ".png", PICTURES_EVERY),
        ("evaluation", ".json", EVALUATIONS_EVERY),
        ("evaluation", ".png", EVALUATIONS_EVERY),
    ):
        repeat(root / folder, ending, range(every, length + 1, every))
    for ckpt in [*(root / "checkpoints").glob("*.ckpt")]:
        checkpoint = read_checkpoint(ckpt)
        checkpoint["clock"]["iteration"] = length
        write_checkpoint(checkpoint, ckpt)
    (root / "summary.json").unlink()  # as of a run that goes on


def repeat(folder: Path, ending: str, iterations: range) -> None:
    """Give a folder's files to these iterations."""
    files = sorted(path for path in folder.glob(f"*{ending}") if path.stem.isdigit())
    if not files:
        return
    contents = [file.read_bytes() for file in files]
    digits = len(files[0].stem)
    for file in files:
        file.unlink()
    for iteration, content in zip(iterations, itertools.cycle(contents), strict=False):
        if ending == ".json":
            content = json.dumps(json.loads(content) | {"iteration": iteration}).encode()
        (folder / f"{iteration:0{digits}}{ending}").write_bytes(content)


def page(root: str) -> None:
    """Print the figures of writing a run's page."""
    begun, used = time.perf_counter(), time.process_time()
    write_run_page(RunDirectory(Path(root)))
    print_figures(
        seconds=time.perf_counter() - begun,
        processor=time.process_time() - used,
        mebibytes=largest_mebibytes(),
    )


if __name__ == "__main__":
    page(sys.argv[2])
