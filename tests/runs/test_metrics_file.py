"""metrics.csv: what was logged is there, whatever happened afterwards."""

import csv
import math
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gan_lab.runs.metrics_file import MetricsFile, read_metrics

ROOT = Path(__file__).parents[2]
ROWS = [
    {"iteration": 10, "loss/generator": 0.6931471805599453, "lr/generator": 2e-4},
    {"iteration": 20, "loss/generator": -1.5e-17, "lr/generator": 1e-12},
    {"iteration": 30, "loss/generator": 1 / 3, "lr/generator": 0.0},
]

# Appends row after row until it is killed, saying which ones are in the file.
ENDLESS = """
import sys
from pathlib import Path
from gan_lab.runs.metrics_file import MetricsFile

file = MetricsFile(Path(sys.argv[1]))
for iteration in range(1, 10**9):
    row = {"iteration": iteration, "value": iteration / 7}
    file.append(row | {"fid": 1.5} if iteration > 99 else row)
    print(iteration, flush=True)
"""

# Is killed at the moment when the file with the new column would take the old one's place.
KILLED_WHILE_A_COLUMN_IS_ADDED = """
import os, signal, sys
from pathlib import Path
from gan_lab.runs.metrics_file import MetricsFile

file = MetricsFile(Path(sys.argv[1]))
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
file.append({"iteration": 40, "fid": 12.5})
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "metrics.csv"


def written(path, rows=ROWS):
    file = MetricsFile(path)
    for row in rows:
        file.append(row)
    return file


def continued(path, iteration):
    """Open the file as a run does that goes on from its checkpoint at `iteration`."""
    file = MetricsFile(path)
    file.cut(iteration)
    return file


def table(path):
    """Read the file as any other program would: all cells as text."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_rows_are_read_back_bit_for_bit(path):
    written(path)

    rows = read_metrics(path)

    assert rows == ROWS
    assert all(isinstance(row["iteration"], int) for row in rows)
    assert all(isinstance(row["lr/generator"], float) for row in rows)


def test_infinite_and_undefined_numbers_are_read_back(path):
    written(path, [{"iteration": 1, "a": math.inf, "b": -math.inf, "c": math.nan}])

    row = read_metrics(path)[0]

    assert (row["a"], row["b"]) == (math.inf, -math.inf)
    assert math.isnan(row["c"])


def test_a_missing_file_has_no_rows_and_is_made_by_the_first_one(path):
    file = MetricsFile(path)

    assert read_metrics(path) == file.rows == []
    assert not path.exists()
    file.append(ROWS[0])
    assert read_metrics(path) == ROWS[:1]


def test_every_row_is_in_the_file_when_append_returns(path):
    file = MetricsFile(path)

    for number, row in enumerate(ROWS, start=1):
        file.append(row)
        assert read_metrics(path) == file.rows == ROWS[:number]


def test_any_spreadsheet_sees_one_header_and_one_line_per_row(path):
    written(path)

    assert table(path) == [
        ["iteration", "loss/generator", "lr/generator"],
        *[[str(cell) for cell in row.values()] for row in ROWS],
    ]


def test_a_row_without_new_columns_is_added_behind_what_is_there(path):
    file = written(path, ROWS[:2])
    before, inode = path.read_bytes(), path.stat().st_ino

    file.append(ROWS[2])

    assert path.read_bytes().startswith(before)
    assert path.stat().st_ino == inode


def test_a_new_metric_becomes_a_column_that_is_empty_in_earlier_rows(path):
    file = written(path)

    file.append({"iteration": 40, "fid": 12.5, "loss/generator": 0.5})
    file.append({"iteration": 50, "loss/generator": 0.25})

    assert table(path)[0] == ["iteration", "loss/generator", "lr/generator", "fid"]
    assert [row[3] for row in table(path)[1:]] == ["", "", "", "12.5", ""]
    assert read_metrics(path) == [
        *ROWS,
        {"iteration": 40, "loss/generator": 0.5, "fid": 12.5},
        {"iteration": 50, "loss/generator": 0.25},
    ]


def test_the_order_of_a_rows_words_does_not_matter(path):
    file = written(path)

    file.append({"lr/generator": 3.0, "loss/generator": 2.0, "iteration": 40})

    assert table(path)[-1] == ["40", "2.0", "3.0"]


def test_a_continued_run_adds_to_the_rows_up_to_its_checkpoint(path):
    written(path)

    file = continued(path, 20)
    file.append({"iteration": 30, "loss/generator": 7.0, "lr/generator": 8.0})

    assert read_metrics(path) == [
        *ROWS[:2],
        {"iteration": 30, "loss/generator": 7.0, "lr/generator": 8.0},
    ]


def test_rows_beyond_the_checkpoint_are_gone_from_the_file_at_once(path):
    written(path)

    file = continued(path, 20)

    assert read_metrics(path) == file.rows == ROWS[:2]


def test_rows_added_after_reopening_stand_in_the_right_columns(path):
    file = written(path)
    file.append({"iteration": 40, "fid": 12.5, "loss/generator": 0.5})

    reopened = continued(path, 40)
    reopened.append({"iteration": 50, "fid": 11.0, "lr/generator": 9.0})

    assert read_metrics(path)[-1] == {"iteration": 50, "fid": 11.0, "lr/generator": 9.0}


def test_a_file_that_ends_at_the_checkpoint_is_not_touched(path):
    written(path)
    before = path.stat()

    continued(path, 30)

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_half_written_last_line_costs_that_row_only(path, cut):
    written(path)
    path.write_bytes(path.read_bytes()[:-cut])

    kept = 3 if cut == 1 else 2  # without its final byte the row itself is still whole
    assert read_metrics(path) == ROWS[:kept]


@pytest.mark.parametrize("cut", [1, 2, 3, 8])
def test_the_row_after_a_half_written_one_is_whole(path, cut):
    written(path)
    path.write_bytes(path.read_bytes()[:-cut])

    file = continued(path, 30)
    file.append({"iteration": 40, "loss/generator": 1.0, "lr/generator": 2.0})

    assert read_metrics(path)[:2] == ROWS[:2]
    assert read_metrics(path)[-1] == {"iteration": 40, "loss/generator": 1.0, "lr/generator": 2.0}
    assert {len(cells) for cells in table(path)} == {3}


def test_a_metric_whose_rows_are_all_cut_leaves_no_trace_in_later_rows(path):
    file = written(path)
    file.append({"iteration": 40, "fid": 12.5})
    continued(path, 30)

    file = continued(path, 30)
    file.append({"iteration": 40, "loss/generator": 1.0, "lr/generator": 2.0})
    file.append({"iteration": 50, "precision": 0.5})

    assert read_metrics(path) == [
        *ROWS,
        {"iteration": 40, "loss/generator": 1.0, "lr/generator": 2.0},
        {"iteration": 50, "precision": 0.5},
    ]


def test_a_new_run_has_nothing_to_cut(path):
    continued(path, 0)

    assert not path.exists()


def test_an_empty_file_is_a_table_without_rows(path):
    path.write_bytes(b"")

    file = continued(path, 0)
    file.append(ROWS[0])

    assert read_metrics(path) == ROWS[:1]


def test_a_kill_between_rows_keeps_every_row_that_was_logged(path):
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        for _ in range(150):
            process.stdout.readline()
        process.kill()
        told = 150 + len(process.stdout.readlines())

    rows = read_metrics(path)

    assert process.returncode == -signal.SIGKILL
    assert len(rows) >= told
    assert [row["iteration"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["value"] == row["iteration"] / 7 for row in rows)


def test_a_kill_while_a_column_is_added_keeps_every_row_that_was_logged(path):
    written(path)

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_A_COLUMN_IS_ADDED, str(path)], cwd=ROOT
    )

    assert killed.returncode == -signal.SIGKILL
    assert read_metrics(path) == ROWS
