"""Where each file of a run lies, and when a directory may become a run."""

from pathlib import Path

import pytest

from gan_lab.errors import ConfigError
from gan_lab.runs.directory import RunDirectory


def test_files_lie_where_the_readme_says(tmp_path):
    directory = RunDirectory(tmp_path)

    assert directory.root == tmp_path
    assert directory.checkpoints == tmp_path / "checkpoints"
    assert directory.last_checkpoint == tmp_path / "checkpoints" / "last.ckpt"
    assert directory.metrics == tmp_path / "metrics.csv"
    assert directory.samples == tmp_path / "samples"
    assert directory.summary == tmp_path / "summary.json"


def test_a_relative_directory_stays_the_same_after_a_change_of_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    directory = RunDirectory("runs/one")

    monkeypatch.chdir(Path.home())

    assert directory.root == tmp_path / "runs" / "one"


def test_a_new_run_gets_its_folders_and_nothing_else(tmp_path):
    directory = RunDirectory(tmp_path / "runs" / "one")

    directory.open(new=True)
    directory.close()

    names = {path.name for path in directory.root.iterdir()}
    assert names == {".hydra", "checkpoints", "samples", "evaluation"}


def test_a_directory_in_use_is_kept_from_other_commands(tmp_path):
    first, second = RunDirectory(tmp_path), RunDirectory(tmp_path)
    first.open(new=True)

    with pytest.raises(ConfigError, match="is in use by another process"):
        second.open(new=False)

    first.close()
    second.open(new=False)
    second.close()


def test_a_run_knows_its_own_checkpoints(tmp_path):
    directory = RunDirectory(tmp_path)

    assert directory.holds(str(tmp_path / "checkpoints" / "last.ckpt"))
    assert not directory.holds(str(tmp_path / "other" / "checkpoints" / "last.ckpt"))


def test_a_new_run_may_use_a_directory_that_holds_hydras_record_only(tmp_path):
    (tmp_path / ".hydra").mkdir()

    RunDirectory(tmp_path).open(new=True)

    assert (tmp_path / "checkpoints").is_dir()


@pytest.mark.parametrize("trace", ["metrics.csv", "checkpoints/last.ckpt"])
def test_a_new_run_never_writes_over_an_old_one(tmp_path, trace):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / trace).write_text("of the old run")

    message = (
        rf"hydra\.run\.dir={tmp_path} already holds a run\. .*ckpt={tmp_path}/checkpoints/last"
    )
    with pytest.raises(ConfigError, match=message):
        RunDirectory(tmp_path).open(new=True)
    assert (tmp_path / trace).read_text() == "of the old run"


def test_a_continued_run_keeps_everything(tmp_path):
    kept = ["metrics.csv", "checkpoints/last.ckpt", "samples/00000010.png", "summary.json"]
    for name in kept:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    RunDirectory(tmp_path).open(new=False)

    assert [(tmp_path / name).read_text() for name in kept] == kept


@pytest.mark.parametrize("name", ["", "/samples"])
def test_a_place_that_cannot_hold_a_run_is_named_with_the_remedy(tmp_path, name):
    root = tmp_path / "run"
    if name:
        root.mkdir()
    Path(f"{root}{name}").write_text("a file where a folder should be")

    message = rf"hydra\.run\.dir={root} cannot be written to \(.+\)\. Name another directory"
    with pytest.raises(ConfigError, match=message):
        RunDirectory(root).open(new=True)


def test_what_will_be_made_again_is_forgotten_and_nothing_else(tmp_path):
    directory = RunDirectory(tmp_path)
    directory.open(new=True)
    names = ["samples/00000100.png", "samples/00000200.png", "evaluation/00000200.json"]
    for name in [*names, "samples/mine.png"]:
        (tmp_path / name).touch()

    directory.forget_after(100)

    left = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("[se]*/*")}
    assert left == {"samples/00000100.png", "samples/mine.png"}


def test_a_run_is_in_use_from_when_it_is_opened_until_it_is_closed_or_killed(tmp_path):
    directory = RunDirectory(tmp_path)
    assert not directory.is_in_use()

    directory.open(new=True)
    assert RunDirectory(tmp_path).is_in_use()
    directory.close()
    assert not RunDirectory(tmp_path).is_in_use()

    (tmp_path / ".lock").touch()  # as a killed process leaves it
    assert not RunDirectory(tmp_path).is_in_use()
