"""Models that are told of labels, through the command line: trained, resumed, sampled."""

import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab import command_line
from gan_lab.runs.checkpoints import read_checkpoint
from tests.plugin.conftest import FOLDER
from tests.processes import finish, start

FAST = (
    "data=digits", "data.size=8", "trainer=cpu", "trainer.precision=32-true", "batch_size=8",
    "evaluation=none", "data.condition=labels",
)  # fmt: skip
NAMED = "plugins=[example_lab]"
CONDITIONAL = (NAMED, "model=conditional", *FAST)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a folder with a run of two iterations on digits and their labels."""
    root = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.syspath_prepend(str(FOLDER))
        words = [*CONDITIONAL, "iterations=2", f"hydra.run.dir={root / 'run'}"]
        monkeypatch.setattr(sys, "argv", ["gan_lab", *words])
        command_line.main()
    return root


@pytest.fixture
def last(trained, tmp_path):
    """Return the last checkpoint of such a run."""
    return shutil.copytree(trained / "run", tmp_path / "run") / "checkpoints" / "last.ckpt"


def test_a_checkpoint_keeps_the_classes_and_how_many_images_each_has(last):
    labels = read_checkpoint(last)["labels"]

    assert labels["class_names"] == [str(digit) for digit in range(10)]
    assert len(labels["counts"]) == 10
    assert 1400 < sum(labels["counts"]) < 1500


def weights_of(directory):
    return read_checkpoint(directory / "checkpoints" / "last.ckpt")["state_dict"]


@pytest.mark.slow
def test_a_resumed_run_equals_the_uninterrupted_one(run, last, tmp_path):
    resumed = run(NAMED, f"ckpt={last}", "iterations=4")
    whole = run(*CONDITIONAL, "iterations=4", directory=tmp_path / "whole")

    assert resumed.status == whole.status == 0, resumed.err + whole.err
    one, other = weights_of(tmp_path / "run"), weights_of(tmp_path / "whole")
    assert all(torch.equal(one[name], other[name]) for name in other)


@pytest.mark.slow
def test_two_processes_equal_one(tmp_path):
    for devices in (1, 2):
        words = (*CONDITIONAL, "iterations=4", "optimizer=sgd", f"trainer.devices={devices}")
        status, _, err = finish(start(*words, f"hydra.run.dir={devices}", cwd=tmp_path))
        assert status == 0, err

    one, two = (weights_of(tmp_path / str(devices)) for devices in (1, 2))
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=0, atol=1e-6)


def drawn(run, last, *words):
    outcome = run(
        NAMED, "task=sample", f"ckpt={last}", "format=npz", "n=60", "out=drawn.npz", *words
    )
    assert outcome.status == 0, outcome.err
    with np.load(last.parents[2] / "drawn.npz") as arrays:
        return dict(arrays)


def test_samples_come_with_their_labels_and_one_class_can_be_asked_for(run, last):
    every = drawn(run, last)
    sevens = drawn(run, last, "condition=7")

    same = (every["images"] == sevens["images"]).all(axis=(1, 2, 3))
    assert list(every["class_names"]) == [str(digit) for digit in range(10)]
    assert len(set(every["labels"])) > 5
    assert set(sevens["labels"]) == {7}
    # The latents are the same, so images differ by their labels alone.
    assert 0 < same.sum() < 20
    assert np.array_equal(same, every["labels"] == 7)


def test_an_unknown_class_is_refused(run, last):
    outcome = run(NAMED, "task=sample", f"ckpt={last}", "condition=12")

    assert outcome.status == 1
    assert "the class 12, which is not there. Their numbers are 0 to 9." in outcome.err


def test_a_checkpoint_without_labels_is_refused(run, last, tmp_path):
    checkpoint = torch.load(last, weights_only=True)
    del checkpoint["labels"]
    torch.save(checkpoint, tmp_path / "other.ckpt")

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run(NAMED, "task=sample", f"ckpt={tmp_path / 'other.ckpt'}")

    assert outcome.status == 1
    assert "keeps no labels, although its data.condition is labels" in outcome.err


def test_a_class_of_a_model_without_a_condition_is_refused(run):
    words = [word for word in FAST if word != "data.condition=labels"]
    first = run(*words, "model.width=2", "data.size=16", "iterations=1")
    ckpt = first.directory / "checkpoints" / "last.ckpt"

    outcome = run(NAMED, "task=sample", f"ckpt={ckpt}", "condition=3")

    assert read_checkpoint(ckpt)["labels"] is None
    assert outcome.status == 1
    assert "condition=3 is for models that were trained with data.condition=labels" in outcome.err


def test_a_model_that_cannot_be_told_of_labels_is_refused_before_data_are_prepared(run, tmp_path):
    words = ("data.condition=labels", "model.condition=projection", "model.pack=2")
    outcome = run(*words, f"data.dir={tmp_path / 'mnist'}")

    assert outcome.status == 1
    assert (
        "model.condition=projection is of one image here, and model.pack=2 images are judged "
        "together: choose model.condition=concatenate where that is possible, or model.pack=1."
    ) in " ".join(outcome.err.split())
    assert not (tmp_path / "mnist").exists()
    assert not outcome.directory.exists()


def test_images_without_labels_are_refused_and_leave_no_run(run, tmp_path):
    (tmp_path / "pictures").mkdir()
    for number in range(8):
        Image.new("L", (8, 8), number).save(tmp_path / "pictures" / f"{number}.png")

    words = [word for word in FAST if word != "data=digits"]
    outcome = run(
        "data=folder", f"data.dir={tmp_path / 'pictures'}", *words, NAMED, "model=conditional"
    )

    assert outcome.status == 1
    assert "data.condition=labels needs labels, and these images have none" in outcome.err
    assert not outcome.directory.exists()


def test_data_without_labels_have_no_such_key(run):
    outcome = run("data=density", "data.condition=labels")

    assert outcome.status == 1
    assert "there is no key data.condition" in outcome.err
