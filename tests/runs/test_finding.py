"""Which run directories lie below a folder, or are named by a pattern."""

import pytest

from gan_lab.runs.finding import find_runs
from tests.pages.made import make_run


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


def test_links_do_not_lead_a_search_round_and_round(tmp_path):
    for name in ("a", "b", "c"):
        make_run(tmp_path / name / "run")
        for other in ("a", "b", "c"):
            (tmp_path / name / f"to {other}").symlink_to(tmp_path / other)
        (tmp_path / name / "itself").symlink_to("itself")

    found = [tmp_path / name / "run" for name in ("a", "b", "c")]
    assert find_runs(str(tmp_path)) == found
    assert find_runs(str(tmp_path / "**")) == found
    assert find_runs(str(tmp_path / "**" / "run")) == found
    assert len(find_runs(str(tmp_path / "*" / "to *" / "**"))) == 9  # links that are named


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "~nobody-has-this-name/x", "no/*/**", ""])
def test_names_that_cannot_be_name_no_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert find_runs(name) == []


def test_a_run_without_its_table_is_one_by_its_other_files(tmp_path):
    root = make_run(tmp_path / "run")
    (root / "metrics.csv").unlink()
    (root / "start.json").unlink()

    assert find_runs(str(tmp_path)) == [root]
