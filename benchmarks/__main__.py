"""Measure speed and memory: `python -m benchmarks train evaluate startup`, or `make bench`.

Prints tables in Markdown and writes the same figures as JSON.
"""

import argparse
import importlib
import json
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

import torch

from benchmarks.harness import Table
from gan_lab.runs.provenance import hardware

SECTIONS = ("train", "evaluate", "startup", "data", "scaling", "memory", "levers")


def main() -> None:
    """Run the sections named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("sections", nargs="+", choices=SECTIONS, help="what to measure")
    parser.add_argument("--rounds", type=int, default=3, help="of every program, in turn")
    parser.add_argument("--smoke", action="store_true", help="one round of the smallest of each")
    parser.add_argument("--json", type=Path, default=Path("outputs/benchmarks.json"))
    words = parser.parse_args()
    started = time.monotonic()
    tables: list[Table] = []
    print(f"{machine()}\n", flush=True)
    for section in words.sections:
        module = importlib.import_module(f"benchmarks.{section}")
        for table in module.run(1, **module.SMOKE) if words.smoke else module.run(words.rounds):
            print(f"{table}\n", flush=True)
            tables.append(table)
    words.json.parent.mkdir(parents=True, exist_ok=True)
    found = {"machine": machine(), "tables": [table.as_data() for table in tables]}
    words.json.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{time.monotonic() - started:.0f} s in all; the figures: {words.json}")


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
