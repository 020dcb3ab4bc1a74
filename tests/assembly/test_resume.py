"""resume=auto: one command line that is safe to repeat."""

import json
import shutil

import pytest

from gan_lab.runs.metrics_file import read_metrics

FAST = (
    "data=digits", "data.limit=16", "model.width=2", "trainer=cpu", "trainer.precision=32-true",
    "batch_size=8", "iterations=4", "log_every=1", "samples_every=2", "checkpoint_every=2",
    "evaluation=none",
)  # fmt: skip
AGAIN = (*FAST, "resume=auto")


@pytest.fixture
def begun(trained, tmp_path):
    """Return the directory of a run, which the same words find again."""
    return shutil.copytree(trained(*AGAIN), tmp_path / "run")


def checkpoints_of(directory):
    return {name: directory / "checkpoints" / f"{name}.ckpt" for name in ("last", "previous")}


def iterations_of(directory):
    return [row["iteration"] for row in read_metrics(directory / "metrics.csv")]


def status_of(directory):
    return json.loads((directory / "summary.json").read_text())["status"]


@pytest.mark.slow
def test_the_first_of_equal_commands_begins_the_run_and_the_next_says_that_it_is_finished(run):
    first, second = run(*AGAIN), run(*AGAIN)

    assert first.status == second.status == 0, first.err + second.err
    assert "Finished 4 iterations" in first.out
    assert "last.ckpt has finished its 4 iterations" in second.out
    assert iterations_of(first.directory) == [1, 2, 3, 4]


def test_the_same_command_with_more_iterations_extends_the_run(run, begun):
    outcome = run(*AGAIN, "iterations=6")

    assert outcome.status == 0, outcome.err
    assert iterations_of(outcome.directory) == [1, 2, 3, 4, 5, 6]


def test_a_changed_hyper_parameter_is_refused_as_with_ckpt(run, begun):
    outcome = run(*AGAIN, "iterations=6", "seed=1")

    assert outcome.status == 1
    assert "seed: 0 -> 1" in outcome.err


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_anew(run, begun):
    whole = iterations_of(begun)
    for path in (begun / "checkpoints").iterdir():
        path.unlink()
    (begun / "summary.json").unlink()

    again = run(*AGAIN)

    assert again.status == 0, again.err
    assert iterations_of(again.directory) == whole


def test_a_finished_run_without_its_checkpoints_is_not_written_over(run, begun):
    for path in (begun / "checkpoints").iterdir():
        path.unlink()

    again = run(*AGAIN)

    assert again.status == 1
    assert "finished run without its checkpoints" in again.err
    assert iterations_of(begun) == [1, 2, 3, 4]


def test_a_run_that_was_killed_before_it_said_how_it_ended_says_so_now(run, begun):
    (begun / "summary.json").unlink()

    again = run(*AGAIN)

    assert again.status == 0
    assert again.err == ""
    assert status_of(again.directory) == "finished"
    assert iterations_of(again.directory) == [1, 2, 3, 4]


def test_a_damaged_newest_checkpoint_is_passed_over_and_both_are_named(run, begun):
    last, previous = checkpoints_of(begun).values()
    last.write_bytes(last.read_bytes()[:-100])

    with pytest.warns(UserWarning) as said:
        outcome = run(*AGAIN, "iterations=6")

    assert outcome.status == 0, outcome.err
    assert str(said[0].message) == f"{last} is damaged, so the run continues from {previous}."
    assert iterations_of(begun) == [1, 2, 3, 4, 5, 6]


def test_checkpoints_of_which_none_is_whole_are_not_taken_for_an_empty_directory(run, begun):
    for path in checkpoints_of(begun).values():
        path.write_bytes(path.read_bytes()[:-100])

    outcome = run(*AGAIN, "iterations=6")

    assert outcome.status == 1
    assert all(str(path) in outcome.err for path in checkpoints_of(begun).values())
    assert iterations_of(begun) == [1, 2, 3, 4]


def test_a_checkpoint_that_no_manifest_vouches_for_has_to_be_named(run, begun):
    (begun / "checkpoints" / "manifest.json").unlink()

    outcome = run(*AGAIN, "iterations=6")

    assert outcome.status == 1
    assert "Name a checkpoint with ckpt=" in outcome.err


def test_a_directory_that_changes_from_command_to_command_is_refused(run, tmp_path, monkeypatch):
    outcome = run(*AGAIN, directory=tmp_path / "${now:%H-%M-%S}")

    assert outcome.status == 1
    assert "hydra.run.dir=outputs/mine" in outcome.err


def test_a_named_checkpoint_and_one_that_is_looked_for_exclude_each_other(run, begun):
    last = checkpoints_of(begun)["last"]

    outcome = run(f"ckpt={last}", "resume=auto")

    assert outcome.status == 1
    assert "leave out resume= or ckpt=" in outcome.err


def test_other_words_than_auto_are_refused(run):
    assert "resume=true is not known" in run(*FAST, "resume=true").err.lower()
