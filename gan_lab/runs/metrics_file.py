"""metrics.csv: append-only, so that a run that dies keeps every row logged so far."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import final

from gan_lab.durable import replacing


@final
class MetricsFile:
    """A table that grows by rows and, when a metric first appears, by columns.

    Args:
        path: of the file; made with its first row.
        up_to: iteration that the run continues from; later rows, left by a run that went on beyond
            its last checkpoint, are removed.
    """

    def __init__(self, path: Path, up_to: int) -> None:
        self.path = path
        self.rows = read_metrics(path)
        kept = [row for row in self.rows if row["iteration"] <= up_to]
        self.columns = list(dict.fromkeys(name for row in kept for name in row))
        if kept != self.rows or _ends_mid_line(path):
            self.rows = kept
            self._rewrite()

    def append(self, row: Mapping[str, float]) -> None:
        """Add one row; it is in the file when this returns."""
        self.rows.append(dict(row))
        new_columns = [name for name in row if name not in self.columns]
        if new_columns:
            self.columns += new_columns
            self._rewrite()
            return
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, self.columns).writerow(row)

    def _rewrite(self) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.columns)
        writer.writeheader()
        writer.writerows(self.rows)
        with replacing(self.path) as file:
            file.write(text.getvalue().encode())


def read_metrics(path: Path) -> list[dict[str, float]]:
    """Return the rows of a metrics.csv, without the empty cells; an incomplete last row is left out.

    A missing file has no rows.
    """
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
    rows = [
        {name: _number(cell) for name, cell in row.items() if cell} for row in csv.DictReader(lines)
    ]
    return [row for row in rows if "iteration" in row]


def _number(cell: str) -> float:
    return int(cell) if cell.isdigit() else float(cell)


def _ends_mid_line(path: Path) -> bool:
    return path.exists() and not path.read_bytes().endswith(b"\n")
