"""Models that are told of labels, through the command line: trained, resumed, sampled."""

import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab import command_line
from gan_lab.runs.checkpoints import read_checkpoint
from tests.conditional_networks import WORDS, in_the_package

FAST = (
    "data=digits", "data.size=8", "trainer=cpu", "trainer.precision=32-true", "batch_size=8",
    "evaluation=none", "data.condition=labels",
)  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a folder with a run of two iterations on digits and their labels."""
    root = tmp_path_factory.mktemp("trained")
    with in_the_package(), pytest.MonkeyPatch.context() as monkeypatch:
        words = [*FAST, *WORDS, "model.pack=2", "iterations=2", f"hydra.run.dir={root / 'run'}"]
        monkeypatch.setattr(sys, "argv", ["gan_lab", *words])
        command_line.main()
        yield root


@pytest.fixture
def last(trained, tmp_path):
    """Return the last checkpoint of such a run."""
    return shutil.copytree(trained / "run", tmp_path / "run") / "checkpoints" / "last.ckpt"


def test_a_checkpoint_keeps_the_classes_and_how_many_images_each_has(last):
    labels = read_checkpoint(last)["labels"]

    assert labels["class_names"] == [str(digit) for digit in range(10)]
    assert len(labels["counts"]) == 10
    assert 1400 < sum(labels["counts"]) < 1500


def test_a_resumed_run_equals_the_uninterrupted_one(run, last, tmp_path):
    resumed = run(f"ckpt={last}", "iterations=4")
    whole = run(*FAST, *WORDS, "model.pack=2", "iterations=4", directory=tmp_path / "whole")

    assert resumed.status == whole.status == 0, resumed.err + whole.err
    both = [
        read_checkpoint(path)["state_dict"]
        for path in (last, whole.directory / "checkpoints" / "last.ckpt")
    ]
    assert all(torch.equal(both[0][name], both[1][name]) for name in both[1])


def drawn(run, last, *words):
    outcome = run("task=sample", f"ckpt={last}", "format=npz", "n=40", "out=drawn.npz", *words)
    assert outcome.status == 0, outcome.err
    with np.load(last.parents[2] / "drawn.npz") as arrays:
        return dict(arrays)


def test_samples_come_with_their_labels_and_agree_with_them(run, last):
    arrays = drawn(run, last)

    levels = arrays["images"].mean(axis=(1, 2, 3))
    expected = np.linspace(0, 255, 10)[arrays["labels"]]
    assert len(set(arrays["labels"])) > 5
    np.testing.assert_allclose(levels, expected, atol=10)
    assert list(arrays["class_names"]) == [str(digit) for digit in range(10)]


def test_one_class_can_be_asked_for(run, last):
    assert set(drawn(run, last, "condition=7")["labels"]) == {7}


def test_an_unknown_class_is_refused(run, last):
    outcome = run("task=sample", f"ckpt={last}", "condition=12")

    assert outcome.status == 1
    assert "condition= names the class 12, which is not there. Did you mean '2'?" in outcome.err


def test_a_checkpoint_without_labels_is_refused(run, last, tmp_path):
    checkpoint = torch.load(last, weights_only=True)
    del checkpoint["labels"]
    torch.save(checkpoint, tmp_path / "other.ckpt")

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run("task=sample", f"ckpt={tmp_path / 'other.ckpt'}")

    assert outcome.status == 1
    assert "keeps no labels, although its data.condition is labels" in outcome.err


def test_a_class_of_a_model_without_a_condition_is_refused(run):
    words = [word for word in FAST if word != "data.condition=labels"]
    first = run(*words, "model.width=2", "data.size=16", "iterations=1")
    ckpt = first.directory / "checkpoints" / "last.ckpt"

    outcome = run("task=sample", f"ckpt={ckpt}", "condition=3")

    assert read_checkpoint(ckpt)["labels"] is None
    assert outcome.status == 1
    assert "condition=3 is for models that were trained with data.condition=labels" in outcome.err


def test_networks_that_take_no_condition_are_refused_before_data_are_prepared(run, tmp_path):
    outcome = run("data.condition=labels", f"data.dir={tmp_path / 'mnist'}")

    assert outcome.status == 1
    assert (
        "data.condition=labels is for networks that are told of the number of classes, and "
        "model.generator._target_=gan_lab.networks.dcgan.DCGANGenerator takes no n_classes. "
        "Choose another model=, or data.condition=none."
    ) in " ".join(outcome.err.split())
    assert not (tmp_path / "mnist").exists()
    assert not outcome.directory.exists()


def test_images_without_labels_are_refused_and_leave_no_run(run, trained, tmp_path):
    (tmp_path / "pictures").mkdir()
    for number in range(8):
        Image.new("L", (8, 8), number).save(tmp_path / "pictures" / f"{number}.png")

    words = [word for word in FAST if word != "data=digits"]
    outcome = run("data=folder", f"data.dir={tmp_path / 'pictures'}", *words, *WORDS)

    assert outcome.status == 1
    assert "data.condition=labels needs labels, and these images have none" in outcome.err
    assert not outcome.directory.exists()


def test_data_without_labels_have_no_such_key(run):
    outcome = run("data=density", "data.condition=labels")

    assert outcome.status == 1
    assert "there is no key data.condition" in outcome.err
