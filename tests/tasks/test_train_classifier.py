"""task=train_classifier, as typed."""

import hashlib
import re

import numpy as np
import pytest

from gan_lab.evaluation.classifier import read_classifier


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder instead of the user's."""
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))


@pytest.fixture
def noise(tmp_path):
    """The overrides that choose 40 images of noise in two classes."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 1), np.uint8)
    np.savez(tmp_path / "noise.npz", images=pixels, labels=np.arange(40) % 2)
    np.savez(tmp_path / "unlabelled.npz", images=pixels)
    return ["data=folder", f"data.dir={tmp_path}/noise.npz", "data.size=16", "data.channels=1"]


def train(run, *words):
    return run("task=train_classifier", *words)


def test_it_writes_the_file_and_says_how_good_it_is(run, noise, tmp_path):
    outcome = train(run, *noise, "epochs=2")

    (path,) = tmp_path.glob("folder_*_cnn.safetensors")
    classifier = read_classifier(path)
    lines = outcome.out.splitlines()
    assert outcome.status == 0
    assert re.fullmatch(r"epoch 1/2  loss \d+\.\d{4}  \d+ s", lines[0])
    assert lines[1].startswith("epoch 2/2 ")
    accuracy = f"{classifier.origin.test_accuracy:.2%}"
    assert lines[2].startswith(f"{accuracy} of 4 other images right, with a mean confidence of 0.")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert lines[3] == f"Wrote {path}: {path.stat().st_size:,} bytes, SHA-256 {sha256}"
    assert classifier.about["sha256"] == sha256
    assert classifier.origin.command.startswith("python -m gan_lab task=train_classifier data=fol")
    assert not (tmp_path / "run").exists() or not any((tmp_path / "run").iterdir())


def test_the_same_command_makes_the_same_file(run, noise, tmp_path):
    written = []
    for _ in range(2):
        train(run, *noise, "epochs=1")
        (path,) = tmp_path.glob("folder_*_cnn.safetensors")
        written.append(path.read_bytes())

    assert written[0] == written[1]


def test_out_names_the_file_and_its_folder_is_made(run, noise, tmp_path):
    train(run, *noise, "epochs=1", f"out={tmp_path}/new/mine.safetensors")

    name = read_classifier(tmp_path / "new" / "mine.safetensors").name
    assert re.fullmatch(r"folder_[0-9a-f]{6}_cnn", name)


def test_an_out_that_is_a_folder_is_refused_before_the_training(run, noise, tmp_path):
    outcome = train(run, *noise, f"out={tmp_path}")

    assert outcome.status == 1
    assert f"out={tmp_path} is a folder; name a file" in outcome.err
    assert "epoch" not in outcome.out


def test_an_out_that_cannot_be_written_is_refused(run, noise, tmp_path):
    (tmp_path / "file").write_text("in the way")

    outcome = train(run, *noise, "epochs=1", f"out={tmp_path}/file/mine.safetensors")

    assert outcome.status == 1
    assert f"out={tmp_path}/file/mine.safetensors cannot be written" in outcome.err


def test_images_without_labels_are_refused(run, noise, tmp_path):
    outcome = train(run, *noise, f"data.dir={tmp_path}/unlabelled.npz")

    assert outcome.status == 1
    assert "task=train_classifier needs labels; these images have none" in outcome.err


def test_one_class_is_refused(run, noise, tmp_path):
    pixels = np.zeros((40, 16, 16, 1), np.uint8)
    np.savez(tmp_path / "alike.npz", images=pixels, labels=np.zeros(40, int))

    outcome = train(run, *noise, f"data.dir={tmp_path}/alike.npz")

    assert outcome.status == 1
    assert "needs images of two classes at least" in outcome.err


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("ring", "needs images, and Ring has points of the plane"),
        ("stacked_mnist", "known without a classifier of their own"),
    ],
)
def test_data_whose_modes_are_known_are_refused(run, data, reason):
    outcome = train(run, f"data={data}")

    assert outcome.status == 1
    assert reason in outcome.err


def test_no_epochs_are_refused(run, noise):
    outcome = train(run, *noise, "epochs=0")

    assert outcome.status == 1
    assert "epochs=0 must be a whole number from 1" in outcome.err
