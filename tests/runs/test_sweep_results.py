"""results.csv: one row per job, found again by its overrides."""

import csv
import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from gan_lab.runs.sweep_results import SweepResults, summary_of


@pytest.fixture
def results(tmp_path):
    return SweepResults(tmp_path)


def leave(directory, status="finished", **metrics):
    directory.mkdir()
    summary = {"status": status, "iterations": 4, "seconds": 1.5, "metrics": metrics}
    (directory / "summary.json").write_text(json.dumps(summary))


def leave_checkpoint(directory):
    (directory / "checkpoints").mkdir(parents=True)
    (directory / "checkpoints" / "last.ckpt").touch()


def test_a_row_holds_the_overrides_the_status_and_the_last_and_best_metrics(results, tmp_path):
    directory = results.claim(["loss=lsgan", "seed=1"], 0)
    leave(
        directory,
        fid={"last": 30.0, "best": 20.0, "best_iteration": 2},
        **{"lr/generator": {"last": 0.1, "best": None, "best_iteration": None}},
    )

    results.record(directory, "finished")

    with (tmp_path / "results.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "job": "0", "overrides": "loss=lsgan seed=1", "status": "finished", "message": "",
        "iterations": "4", "seconds": "1.5", "last/fid": "30.0", "best/fid": "20.0",
        "last/lr/generator": "0.1",
    }  # fmt: skip


def test_a_job_that_has_begun_is_listed_as_running_and_one_that_failed_with_its_cause(results):
    directory = results.claim(["seed=1"], 0)
    results.claim(["seed=2"], 1)

    results.record(directory, "failed", "no, it cannot")

    assert [(row["job"], row["status"], row["message"]) for row in results.rows()] == [
        ("0", "failed", "no, it cannot"),
        ("1", "running", ""),
    ]


def test_a_job_is_known_by_its_overrides_in_any_order_and_keeps_its_directory(results, tmp_path):
    words = ["a=1", "model.hidden=[3, 4]", "name='two words'"]
    directory = results.claim(words, 3)
    leave(directory)
    results.record(directory, "finished")

    assert directory == tmp_path / "3"
    assert results.finished(list(reversed(words))) == directory
    assert results.finished(words[:2]) is None
    assert results.claim(["a=2"], 3) == tmp_path / "4"


def test_what_lies_in_the_sweep_directory_already_is_no_ones_to_take(results, tmp_path):
    leave(tmp_path / "0")
    (tmp_path / "1").mkdir()

    assert results.claim(["a=1"], 0) == tmp_path / "1"


def test_a_job_whose_sweep_was_killed_before_its_row_was_written_counts_as_finished(results):
    leave(results.claim(["a=1"], 0))
    leave(results.claim(["a=2"], 1), status="interrupted")

    assert results.finished(["a=1"])
    assert not results.finished(["a=2"])


def test_an_unfinished_job_goes_on_in_its_directory_if_it_can_and_else_in_a_new_one(
    results, tmp_path
):
    leave_checkpoint(results.claim(["a=1"], 0))
    stranded = results.claim(["a=2"], 1)
    stranded.mkdir()
    (stranded / "metrics.csv").touch()

    assert results.claim(["a=1"], 0) == tmp_path / "0"
    assert results.claim(["a=2"], 1) == tmp_path / "2"
    assert [row["job"] for row in results.rows()] == ["0", "2"]


def claim_and_record(root, job):
    results = SweepResults(root)
    directory = results.claim([f"seed={job}"], 0)
    results.record(directory, "failed", str(job))
    return directory


def test_jobs_side_by_side_lose_no_row_and_share_no_directory(results, tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        directories = list(pool.map(claim_and_record, [tmp_path] * 24, range(24)))

    assert len(set(directories)) == 24
    assert sorted(int(row["message"]) for row in results.rows()) == list(range(24))


HEAD = "job,overrides,status,message,iterations,seconds\n"
WHOLE = "0,seed=0,finished,,4,1.5\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("../../x,seed=1,finished,,,", "has a job that is no number"),
        ("/etc,seed=1,finished,,,", "has a job that is no number"),
        ("²,seed=1,finished,,,", "has a job that is no number"),
        ("01,seed=1,finished,,,", "has a job that is no number"),
        ("-1,seed=1,finished,,,", "has a job that is no number"),
        (f"{'9' * 5000},seed=1,finished,,,", "has a job that is no number"),
        (",seed=1,finished,,,", "has a job that is no number"),
        ("1,seed=1,splendid,,,", "has an unknown status"),
        ('1,"name=\'a",finished,,,', "has overrides whose quotes do not close"),
        ("1,seed=1,finished", "has 3 cells for 6 columns"),
        ("1,seed=1,finished,,,,,", "has 8 cells for 6 columns"),
        ("0,seed=1,finished,,,", "repeats a job"),
        ('1,"seed=1', "is no line of a table"),
    ],
)
def test_a_damaged_row_is_named_and_costs_no_other(results, line, reason):
    results.path.write_text(f"{HEAD}{WHOLE}{line}\n")

    rows, damage = results.read()

    assert [row["overrides"] for row in rows] == ["seed=0"]
    assert damage.startswith("results.csv is damaged: line ")
    assert damage.endswith(reason)


@pytest.mark.parametrize(
    "lay",
    [
        lambda path: path.mkdir(),
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path),
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
        lambda path: path.write_text("[]\n1\n"),
        lambda path: path.write_text(HEAD + "\x00\n"),
        lambda path: path.write_text(HEAD + "1," + "x" * 200_000 + ",finished,,,\n"),
    ],
)
def test_a_sweep_goes_on_beside_a_table_that_it_cannot_read_and_keeps_it(results, tmp_path, lay):
    lay(results.path)
    leave(tmp_path / "0")

    with pytest.warns(UserWarning, match=r"damaged table is kept as results-damaged-1\.csv"):
        directory = results.claim(["seed=1"], 0)

    assert directory == tmp_path / "1"  # what lies in 0 is someone's
    assert [row["job"] for row in results.rows()] == ["1"]
    assert results.read()[1] is None
    assert os.path.lexists(tmp_path / "results-damaged-1.csv")


def test_a_job_never_runs_in_a_link(results, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "0").symlink_to(tmp_path / "elsewhere")
    results.path.write_text(HEAD + "0,seed=0,interrupted,,,\n")

    assert results.claim(["seed=0"], 0) == tmp_path / "1"
    assert results.claim(["seed=1"], 0) == tmp_path / "2"


def test_a_job_with_a_damaged_summary_says_so(results):
    directory = results.claim(["seed=1"], 0)
    directory.mkdir()
    (directory / "summary.json").write_text('{"metrics": []')

    results.record(directory, "finished")

    (row,) = results.rows()
    assert row["message"] == "summary.json is not JSON"
    assert summary_of(directory) == {"status": None, "metrics": {}}
