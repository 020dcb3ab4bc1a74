"""Programs in processes of their own, in turn and repeated; medians, ratios and tables of them."""

import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MEBIBYTE = 2**20  # bytes

Figures = dict[str, float]
Program = Callable[[], Figures]


@dataclass(frozen=True)
class Table:
    """One finished comparison.

    Attributes:
        title: what was measured, in which unit.
        rows: column name to value; text stays, numbers get three significant digits.
        notes: what a reader has to know beside it.
    """

    title: str
    rows: Sequence[Mapping[str, object]]
    notes: str = ""

    def __str__(self) -> str:
        columns = list(self.rows[0])
        lines = [columns, ["---"] * len(columns)]
        lines += [[shown(row[column]) for column in columns] for row in self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return "\n\n".join(part for part in (f"## {self.title}", table, self.notes) if part)

    def as_data(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return asdict(self)


def in_turn(programs: Mapping[str, Program], rounds: int) -> dict[str, list[Figures]]:
    """Run all programs `rounds` times, one after the other in each round.

    What else happens on the machine then falls on all of them alike.
    """
    found: dict[str, list[Figures]] = {name: [] for name in programs}
    for number in range(rounds):
        for name, program in programs.items():
            found[name].append(program())
            figures = ", ".join(f"{key} {shown(value)}" for key, value in found[name][-1].items())
            print(f"round {number + 1} of {rounds}  {name}: {figures}", file=sys.stderr, flush=True)
    return found


def run_python(*words: str) -> str:
    """Run `python WORDS` with the package of this checkout and return what it prints."""
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def seconds_until(words: Sequence[str], is_it: Callable[[str], bool]) -> float:
    """Run `python WORDS` and return the seconds until it prints a line that `is_it`."""
    started = time.perf_counter()
    command = [sys.executable, *words]
    with subprocess.Popen(
        command, env=_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        found = None
        for line in process.stdout:
            if found is None and is_it(line):
                found = time.perf_counter() - started
    if found is None:
        raise RuntimeError(f"{' '.join(command)} never printed that line")
    return found


def figures_of(*words: str) -> Figures:
    """Run `python WORDS`, which ends with `print_figures`, and return those."""
    return json.loads(run_python(*words).splitlines()[-1])


def print_figures(**figures: float) -> None:
    """Tell the harness what was measured."""
    print(json.dumps(figures))


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_of(*words: str) -> Figures:
    """Run `python WORDS` and return the largest memory it had, in MiB, as Linux tells it.

    What `resource` reports of a child would begin with the memory of this process.
    """
    command = [sys.executable, *words]
    peak = 0
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
            peak = int(found[1]) if found else peak  # a process that has just ended has none
            time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return {"mebibytes": peak / 1024}


def median(found: Sequence[Figures], key: str) -> float:
    """Return the median of one figure over all rounds."""
    return statistics.median(figures[key] for figures in found)


def ratio(numerators: Sequence[Figures], denominators: Sequence[Figures], key: str) -> str:
    """Return the median of the rounds' ratios, with the smallest and largest."""
    pairs = zip(numerators, denominators, strict=True)
    ratios = [above[key] / below[key] for above, below in pairs]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def shown(value: object) -> str:
    """Return text and counts as they are, and other numbers with three significant digits."""
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float) or value == 0 or not math.isfinite(value):
        return str(value)
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def _environment() -> dict[str, str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def temporary_folder() -> tempfile.TemporaryDirectory:
    """Return a folder for a run's output, removed after use."""
    return tempfile.TemporaryDirectory(prefix="gan_lab-benchmark-")
