"""results.csv of a sweep: one row per job, and the memory of which directory is whose."""

import csv
import io
import itertools
import re
import shlex
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, final, get_args

import filelock

from gan_lab.durable import replacing
from gan_lab.runs.parsing import DamageError, read_text
from gan_lab.runs.summary import read_summary
from gan_lab.safe_reading import FOLDER, kind_of

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
            rows = self._rows_to_change()
            row = _of(overrides, rows) or {}
            directory = self.root / row["job"] if row else None
            if directory is None or _is_stranded(directory) or not _is_ours(directory):
                taken = {other["job"] for other in rows}
                places = (
                    self.root / str(n) for n in itertools.count(number) if str(n) not in taken
                )
                directory = next(d for d in places if _is_ours(d) and not _holds_files(d))
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
        summary, damage = summary_of(directory), read_summary(directory / "summary.json")[1]
        if damage and not message:
            message = f"summary.json {damage[0]}"
        outcome: dict[str, Any] = {"status": status, "message": message}
        outcome |= {name: summary[name] for name in ("iterations", "seconds") if name in summary}
        for name, values in summary["metrics"].items():
            outcome[f"last/{name}"] = values["last"]
            if values["best"] is not None:
                outcome[f"best/{name}"] = values["best"]
        with self._lock:
            rows = self._rows_to_change()
            nobody = {"job": directory.name, "overrides": ""}  # the table was damaged meanwhile
            row = next((row for row in rows if row["job"] == directory.name), nobody)
            about = {name: row[name] for name in ("job", "overrides")}
            self._write([other for other in rows if other is not row] + [about | outcome])

    def rows(self) -> list[dict[str, str]]:
        """Return the table, by job, without rows that are damaged."""
        return self.read()[0]

    def read(self) -> tuple[list[dict[str, str]], str | None]:
        """Return the rows that are whole, and what is wrong with the first that is not."""
        try:
            return _parsed(read_text(self.path) or "")
        except DamageError as error:
            return [], f"results.csv {error}"

    def _rows_to_change(self) -> list[dict[str, str]]:
        """Return the rows, in order to write them; a damaged table is moved aside first."""
        rows, damage = self.read()
        if damage:
            aside = next(path for path in self._asides() if kind_of(path) is None)
            self.path.rename(aside)
            warnings.warn(
                f"{self.root}: {damage}. The sweep goes on with the jobs of its whole rows; the "
                f"damaged table is kept as {aside.name}.",
                stacklevel=3,
            )
        return rows

    def _asides(self) -> Iterator[Path]:
        return (self.root / f"results-damaged-{n}.csv" for n in itertools.count(1))

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
    return {"status": None, "metrics": {}} | read_summary(directory / "summary.json")[0]


def _parsed(text: str) -> tuple[list[dict[str, str]], str | None]:
    """Return the rows that are whole, and what is wrong with the first that is not."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[str, dict[str, str]] = {}
    wrong = []
    try:
        names = next(reader, [])
        for cells in (cells for cells in reader if cells):
            row = dict(zip(names, cells, strict=False))
            if len(cells) != len(names):
                reason = f"has {len(cells)} cells for {len(names)} columns"
            else:
                reason = _wrong_with(row) or ("repeats a job" * (row["job"] in rows))
            if reason:
                wrong.append((reader.line_num, reason))
            else:
                rows[row["job"]] = row
    except csv.Error:
        wrong.append((reader.line_num, "is no line of a table"))
    damage = "results.csv is damaged: line {} {}".format(*wrong[0]) if wrong else None
    return list(rows.values()), damage


def _wrong_with(row: Mapping[str, str]) -> str | None:
    """Return why this cannot be the row of a job; None if it can."""
    missing = [name for name in ("job", "overrides", "status") if name not in row]
    if missing:
        return f"has no {missing[0]}"
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", row["job"]):
        return "has a job that is no number"
    if row["status"] not in get_args(Status):
        return "has an unknown status"
    try:
        shlex.split(row["overrides"])
    except ValueError:
        return "has overrides whose quotes do not close"
    return None


def _of(overrides: Sequence[str], rows: Sequence[dict[str, str]]) -> dict[str, str] | None:
    wanted = sorted(overrides)
    return next((row for row in rows if sorted(shlex.split(row["overrides"])) == wanted), None)


def _is_ours(directory: Path) -> bool:
    """Return whether a job may use the directory, which is no link to another place."""
    return kind_of(directory) in (None, FOLDER)


def _is_stranded(directory: Path) -> bool:
    """Return whether a run began here and died before its first checkpoint."""
    return _holds_files(directory) and not (directory / "checkpoints" / "last.ckpt").exists()


def _holds_files(directory: Path) -> bool:
    return any(path.is_file() for path in directory.rglob("*"))
