"""results.csv of a sweep: one row per job, and the memory of which directory is whose."""

import csv
import io
import itertools
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, final

import filelock

from gan_lab.durable import replacing

Status = Literal["running", "finished", "interrupted", "failed"]
ABOUT = ("job", "overrides", "status", "message", "iterations", "seconds")


@final
class SweepResults:
    """The table of a sweep's jobs; several processes may write it at a time.

    What tells one job from another is its overrides, in any order. Its number is the name of its
    directory and may differ from its place in the sweep, once that has been repeated with other
    values.

    Args:
        root: the sweep directory, which exists.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "results.csv"
        self._lock = filelock.FileLock(root / ".results.lock")

    def claim(self, overrides: Sequence[str], number: int) -> Path:
        """Return the directory of the job with these overrides, and list it as running.

        That is the directory it was given earlier, unless what lies there can neither be skipped
        nor continued; else the first one from `number` on that belongs to no one.
        """
        with self._lock:
            rows = self.rows()
            row = _of(overrides, rows) or {}
            directory = self.root / row["job"] if row else None
            if directory is None or _is_stranded(directory):
                taken = {other["job"] for other in rows}
                free = (self.root / str(n) for n in itertools.count(number))
                directory = next(d for d in free if d.name not in taken and not _holds_files(d))
            others = [other for other in rows if other is not row]
            about = {"job": directory.name, "overrides": shlex.join(overrides), "status": "running"}
            self._write([*others, row | about])
        return directory

    def finished(self, overrides: Sequence[str]) -> Path | None:
        """Return the directory of the job with these overrides if it has finished."""
        row = _of(overrides, self.rows())
        if row is None:
            return None
        directory = self.root / row["job"]
        # The sweep may have been killed between the end of the job and that of its row.
        has_ended = row["status"] == "running" and summary_of(directory)["status"] == "finished"
        return directory if has_ended or row["status"] == "finished" else None

    def record(self, directory: Path, status: Status, message: str = "") -> None:
        """Complete the row of the job in `directory`, with the metrics of its summary.json."""
        summary = summary_of(directory)
        outcome: dict[str, Any] = {"status": status, "message": message}
        outcome |= {name: summary[name] for name in ("iterations", "seconds") if name in summary}
        for name, values in summary["metrics"].items():
            outcome[f"last/{name}"] = values["last"]
            if values["best"] is not None:
                outcome[f"best/{name}"] = values["best"]
        with self._lock:
            rows = self.rows()
            row = next(row for row in rows if row["job"] == directory.name)
            about = {name: row[name] for name in ("job", "overrides")}
            self._write([other for other in rows if other is not row] + [about | outcome])

    def rows(self) -> list[dict[str, str]]:
        """Return the table, by job."""
        if not self.path.exists():
            return []
        with self.path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        rows = sorted(rows, key=lambda row: int(row["job"]))
        columns = dict.fromkeys([*ABOUT, *(name for row in rows for name in row)])
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        writer.writerows(rows)
        with replacing(self.path) as file:
            file.write(text.getvalue().encode())


def sweep_of(directory: Path) -> str | None:
    """Return the name of the sweep whose job has this run directory; None if it is no job."""
    return directory.parent.name if (directory.parent / "results.csv").exists() else None


def summary_of(directory: Path) -> dict[str, Any]:
    """Return the summary.json of a run, or of one that has written none yet."""
    path = directory / "summary.json"
    nothing = {"status": None, "metrics": {}}
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else nothing


def _of(overrides: Sequence[str], rows: Sequence[dict[str, str]]) -> dict[str, str] | None:
    wanted = sorted(overrides)
    return next((row for row in rows if sorted(shlex.split(row["overrides"])) == wanted), None)


def _is_stranded(directory: Path) -> bool:
    """Return whether a run began here and died before its first checkpoint."""
    return _holds_files(directory) and not (directory / "checkpoints" / "last.ckpt").exists()


def _holds_files(directory: Path) -> bool:
    return any(path.is_file() for path in directory.rglob("*"))
