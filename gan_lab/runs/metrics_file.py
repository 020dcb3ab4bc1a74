"""metrics.csv: append-only, so that a run that dies keeps every row logged so far."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import final

from gan_lab import faults
from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError


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
    """
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if lines and not lines[-1].endswith("\n"):
            lines.pop()
        rows = [
            {name: _number(cell) for name, cell in row.items() if cell}
            for row in csv.DictReader(lines)
        ]
    except (ValueError, AttributeError, TypeError) as error:
        raise CheckpointError(
            f"{path} has a damaged line. Repair it, or move it away to begin a new table."
        ) from error
    return [row for row in rows if "iteration" in row]


def _number(cell: str) -> float:
    return int(cell) if cell.isdigit() else float(cell)


def _ends_mid_line(path: Path) -> bool:
    return path.exists() and not path.read_bytes().endswith(b"\n")
