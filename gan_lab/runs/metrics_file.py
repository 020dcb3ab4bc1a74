"""metrics.csv: append-only, so that a run that dies keeps every row logged so far."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import final

from gan_lab import faults
from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError
from gan_lab.runs.parsing import DamageError, read_text
from gan_lab.runs.records import as_number, count, duration
from gan_lab.terminal import printable

MOST_BYTES = 1 << 30  # of the table of a run that goes on, whatever it takes to read


@final
class MetricsFile:
    """A table that grows by rows and, when a metric first appears, by columns.

    Args:
        path: of the file; made with its first row.

    Attributes:
        rows: all of them, the earlier sessions' too.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = read_metrics(path)
        self._columns = list(dict.fromkeys(name for row in self.rows for name in row))

    def cut(self, iteration: int) -> None:
        """Remove the rows after `iteration`, left by a run that went on beyond its checkpoint."""
        kept = [row for row in self.rows if row["iteration"] <= iteration]
        if kept != self.rows or _ends_mid_line(self.path):
            self.rows = kept
            self._rewrite()

    def append(self, row: Mapping[str, float]) -> None:
        """Add one row; it is in the file when this returns."""
        self.rows.append(dict(row))
        new_columns = [name for name in row if name not in self._columns]
        if new_columns:
            self._columns += new_columns
            self._rewrite()
            return
        text = io.StringIO(newline="")
        csv.DictWriter(text, self._columns).writerow(row)
        with self.path.open("a", newline="", encoding="utf-8") as file:
            faults.half_written("half_a_row", file, text.getvalue())
            file.write(text.getvalue())

    def _rewrite(self) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self._columns)
        writer.writeheader()
        writer.writerows(self.rows)
        with replacing(self.path) as file:
            file.write(text.getvalue().encode())


def read_metrics(path: Path) -> list[dict[str, float]]:
    """Return the rows of a metrics.csv without empty cells, and without an incomplete last row.

    A missing file has no rows.

    Raises:
        CheckpointError: it is damaged.
    """
    try:
        rows, damage = parse_metrics(read_text(path, MOST_BYTES) or "")
    except DamageError as error:
        rows, damage = [], str(error)
    if damage:
        raise CheckpointError(f"{path} {damage}. Repair it, or move it away to begin a new table.")
    return rows


def parse_metrics(text: str) -> tuple[list[dict[str, float]], str | None]:
    """Return the rows up to the first damaged line, and what is wrong with it; None for nothing."""
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    whole = [line for line in lines if line.endswith("\n")]
    reader = csv.reader(whole, strict=True)
    rows: list[dict[str, float]] = []
    try:
        names = [printable(name) for name in next(reader, [])]
        if len(set(names)) < len(names):
            raise DamageError("has a column twice")
        if names and "iteration" not in names:
            raise DamageError("has no column iteration")
        for cells in reader:
            if cells:
                rows.append(_row(names, cells))
    except (csv.Error, DamageError) as error:
        reason = error if isinstance(error, DamageError) else "is no line of a table"
        return rows, f"is damaged: line {reader.line_num} {reason}"
    return rows, None


def _row(names: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    if len(cells) != len(names):
        raise DamageError(f"has {len(cells)} cells for {len(names)} columns")
    row = {name: as_number(cell) for name, cell in zip(names, cells, strict=True) if cell}
    checks = {"iteration": count, "images_seen": count, "seconds": duration}
    for name in (name for name in checks if name in row or name == "iteration"):
        try:
            checks[name](row.get(name))
        except DamageError as error:
            raise DamageError(f"has a cell {name} that {error}") from error
    return row


def _ends_mid_line(path: Path) -> bool:
    return path.exists() and not path.read_bytes().endswith(b"\n")
