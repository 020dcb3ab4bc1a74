"""A run as its directory tells it, also one that never came to its end."""

import pytest

from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.reading import find_runs, read_run
from tests.pages.made import make_run


def test_everything_is_read(tmp_path):
    run = read_run(make_run(tmp_path / "run", overrides=["loss=lsgan"], status="failed"))

    assert (run.status, run.iterations, run.seconds) == ("failed", 500, 75.0)
    assert (run.overrides, run.config["seed"]) == (["loss=lsgan"], 0)
    assert [row["iteration"] for row in run.rows] == [100, 200, 300, 400, 500]
    assert [record["iteration"] for record in run.evaluations] == [100, 200, 300, 400, 500]
    assert list(run.samples) == [100, 200, 300, 400, 500]
    assert list(run.pictures) == [500]
    assert run.metrics["fd_mnist_cnn"]["best"] == 3.0
    assert run.monitor == "fd_mnist_cnn"


def test_without_a_summary_it_goes_on_or_was_killed_and_the_best_is_found_in_the_rows(tmp_path):
    root = make_run(tmp_path / "run", status=None, best=2.5)
    directory = RunDirectory(root)

    assert read_run(root).status == "killed"
    directory.open(new=False)
    run = read_run(root)
    directory.close()

    assert (run.status, run.iterations, run.seconds) == ("running", 500, 50.0)
    assert run.metrics["fd_mnist_cnn"] == {"last": 2.5, "best": 2.5, "best_iteration": 500}
    assert run.metrics["d_real"]["best"] is None


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", "\x00", '{"a": ' * 100_000])
def test_damaged_files_tell_nothing(tmp_path, damage):
    root = make_run(tmp_path / "run")
    for name in ("summary.json", "start.json", ".hydra/config.yaml", ".hydra/overrides.yaml",
                 "evaluation/00000100.json", "metrics.csv"):  # fmt: skip
        (root / name).write_text(damage)

    run = read_run(root)

    assert (run.status, dict(run.about), dict(run.config)) == ("damaged", {}, {})
    assert len(run.problems) >= 4
    assert [record["iteration"] for record in run.evaluations] == [200, 300, 400, 500]


def test_values_of_another_kind_are_left_out(tmp_path):
    root = make_run(tmp_path / "run")
    (root / "summary.json").write_text('{"metrics": 5, "seconds": "x", "hardware": [], "seed": 1}')

    run = read_run(root)

    assert run.metrics["fd_mnist_cnn"]["best"] == 3.0  # found in the rows
    assert (run.seconds, run.about["seed"]) == (50.0, 1)
    (root / "summary.json").write_text('{"metrics": {"a": 3}}')
    assert read_run(root).damage == "summary.json has a metrics that is a number, not a table"


def test_runs_are_found_by_folder_and_by_pattern_and_jobs_stand_in_order(tmp_path):
    for name in ("sweep/0", "sweep/10", "sweep/9", "day[1]/a"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "metrics.csv").touch()

    def names(pattern):
        return [str(root.relative_to(tmp_path)) for root in find_runs(str(tmp_path / pattern))]

    assert names("sweep") == names("sweep/*") == ["sweep/0", "sweep/9", "sweep/10"]
    assert names("sweep/1*") == ["sweep/10"]
    assert names("day[1]") == ["day[1]/a"]
    assert len(names("**")) == 4
    assert names("nothing") == []
