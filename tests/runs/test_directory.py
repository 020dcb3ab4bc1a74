"""Where each file of a run lies, and when a directory may become a run."""

import os
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


@pytest.mark.parametrize(
    "part", [".hydra", "checkpoints", "samples", "evaluation", "traversals", "tensorboard"]
)
def test_a_part_that_leads_elsewhere_is_refused_and_what_lies_there_is_kept(tmp_path, part):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    kept = ("20200101.png", "2023.pdf", "20200101.jpg", ".gan_lab-unfinished-1-x")
    for name in kept:
        (theirs / name).touch()
    run = tmp_path / "run"
    run.mkdir()
    (run / part).symlink_to(theirs)

    with pytest.raises(ConfigError, match=rf"{run} cannot be .*\({part} is a link, not a folder\)"):
        RunDirectory(run).open(new=False)

    RunDirectory(run).forget_after(0)
    assert sorted(path.name for path in theirs.iterdir()) == sorted(kept)


@pytest.mark.parametrize(
    "make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/etc/passwd")]
)
@pytest.mark.parametrize(
    "name",
    ["metrics.csv", "start.json", ".lock", "checkpoints/best.ckpt", "checkpoints/00005000.ckpt",
     "samples/00000100.png",
     "evaluation/00000100.json", ".hydra/config.yaml"],
)  # fmt: skip
def test_a_file_that_leads_elsewhere_is_refused(tmp_path, name, make):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    make(tmp_path / name)

    with pytest.raises(
        ConfigError, match=r"is (a named pipe|a folder|a link), not a file\)\. Name another"
    ):
        RunDirectory(tmp_path).open(new=False)


def test_what_will_be_made_again_is_forgotten_and_nothing_else(tmp_path):
    directory = RunDirectory(tmp_path)
    directory.open(new=True)
    kept = [
        "samples/00000100.png", "samples/mine.png", "samples/20200101.jpg", "samples/2023.pdf",
        "samples/999.png", "samples/000000200.png", "samples/00000200.json", "samples/²0000200.png",
        "samples/99999999999999999999999.png", "samples/00000200.png.png",
        "evaluation/00000200.jpg",
    ]  # fmt: skip
    made = ["samples/00000200.png", "evaluation/00000200.json", "evaluation/123456789.png",
            "traversals/00000200.png"]  # fmt: skip
    directory.traversals.mkdir()
    for name in [*kept, *made]:
        (tmp_path / name).touch()

    directory.forget_after(100)

    left = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("[set]*/*")}
    assert left == set(kept)


def test_a_run_is_in_use_from_when_it_is_opened_until_it_is_closed_or_killed(tmp_path):
    directory = RunDirectory(tmp_path)
    assert not directory.is_in_use()

    directory.open(new=True)
    assert RunDirectory(tmp_path).is_in_use()
    directory.close()
    assert not RunDirectory(tmp_path).is_in_use()

    (tmp_path / ".lock").touch()  # as a killed process leaves it
    assert not RunDirectory(tmp_path).is_in_use()
