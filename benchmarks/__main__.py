"""Measure speed and memory: `python -m benchmarks train evaluate startup`, or `make bench`.

Single rows: `python -m benchmarks train --only vae/mnist dcgan/mnist`.

Prints tables in Markdown and writes the same figures as JSON.
"""

import argparse
import importlib
import json
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import torch

from benchmarks.harness import Table
from benchmarks.train import Case
from gan_lab.runs.provenance import hardware

SECTIONS = (
    "train", "algorithms", "evaluate", "sample", "startup", "data", "folder", "scaling", "memory",
    "levers", "long_life", "quality",
)  # fmt: skip


def main() -> None:
    """Run the sections named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("sections", nargs="+", choices=SECTIONS, help="what to measure")
    parser.add_argument("--only", nargs="+", help="rows of train or algorithms, as vae/mnist")
    parser.add_argument("--rounds", type=int, default=3, help="of every program, in turn")
    parser.add_argument("--smoke", action="store_true", help="one round of the smallest of each")
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks.json"))
    words = parser.parse_args()
    started = time.monotonic()
    tables: list[Table] = []
    print(f"{machine()}\n", flush=True)
    for section in words.sections:
        module = importlib.import_module(f"benchmarks.{section}")
        options = module.SMOKE if words.smoke else {}
        if words.only:
            options = {"cases": chosen(parser, options.get("cases", module.CASES), words.only)}
        for table in module.run(1 if words.smoke else words.rounds, **options):
            print(f"{table}\n", flush=True)
            tables.append(table)
    words.json.parent.mkdir(parents=True, exist_ok=True)
    found = {"machine": machine(), "tables": [table.as_data() for table in tables]}
    words.json.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{time.monotonic() - started:.0f} s in all; the figures: {words.json}")


def chosen(
    parser: argparse.ArgumentParser, cases: Sequence[Case], names: Sequence[str]
) -> list[Case]:
    """Return the rows of these names, or end with a list of those there are."""
    known = {case.name: case for case in cases}
    if unknown := set(names) - set(known):
        parser.error(f"--only: no row {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names]


def machine() -> str:
    """Return what the figures were measured on, and when."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    name = hardware(device, 1, "any")["name"]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {name}, {torch.get_num_threads()} threads, "
        f"torch {torch.__version__}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
