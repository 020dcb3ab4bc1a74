"""An algorithm that draws from two data sets, through the command line."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.runs.checkpoints import read_checkpoint
from tests.translation import WORDS, in_the_package

FAST = (
    "data=unpaired", "data@data.a=digits", "data.a.size=8", "data.b.size=8", "data.b.channels=1",
    "trainer=cpu", "trainer.precision=32-true", "batch_size=8", "evaluation=none",
    "optimizer.lr=0.02",
)  # fmt: skip


@pytest.fixture
def words(tmp_path):
    """Return the words of a run from digits to bright pictures."""
    (tmp_path / "b").mkdir()
    for number in range(16):
        draw(tmp_path / "b", number)
    with in_the_package():
        yield [*FAST, *WORDS, f"data.b.dir={tmp_path / 'b'}"]


def draw(folder, number, low=200):
    noise = np.random.default_rng(number).integers(low, 255, (8, 8), np.uint8)
    Image.fromarray(noise).save(folder / f"{number}.png")


def weights_of(outcome):
    assert outcome.status == 0, outcome.err
    return read_checkpoint(outcome.directory / "checkpoints" / "last.ckpt")["state_dict"]


@pytest.mark.slow
def test_it_trains_resumes_bit_equally_and_is_sampled(run, words, tmp_path):
    whole = weights_of(run(*words, "iterations=60", directory=tmp_path / "whole"))
    run(*words, "iterations=30")
    last = tmp_path / "run" / "checkpoints" / "last.ckpt"
    resumed = run(f"ckpt={last}", "iterations=60")
    sampled = run("task=sample", f"ckpt={last}", "n=4")

    assert resumed.status == sampled.status == 0, resumed.err + sampled.err
    both = (whole["generator.by"], read_checkpoint(last)["state_dict"]["generator.by"])
    assert torch.equal(*both)
    assert both[0] > 0.8  # digits are dark, and the pictures in b bright
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["status"] == "finished"


@pytest.mark.slow
def test_its_checkpoint_knows_the_data_of_both(run, words, tmp_path):
    run(*words, "iterations=2")
    last = tmp_path / "run" / "checkpoints" / "last.ckpt"
    hashes = read_checkpoint(last)["data_sha256"]
    shutil.copytree(tmp_path / "b", tmp_path / "moved")
    again = (f"ckpt={last}", "data=unpaired")
    moved = run(*again, "iterations=3", f"data.b.dir={tmp_path / 'moved'}")
    draw(tmp_path / "b", 3, low=100)

    changed = run(*again, "iterations=4", f"data.b.dir={tmp_path / 'b'}")

    assert hashes.keys() == {"a", "b"}
    assert hashes["a"] is None  # scikit-learn brings them along
    assert moved.status == 0, moved.err
    assert changed.status == 1
    assert "data.b, by their SHA-256: " in changed.err
    assert "Point data.b.dir= to the old data" in changed.err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["data=digits"], "MeanTransfer draws minibatches of the source a and b, and Digits has"),
        (
            ["evaluation=auto"],
            "evaluation= has no scores for two sets unless the algorithm translates",
        ),
        (["batch_size=17"], "batch_size=17 is larger than the data (16 images)"),
        (["data.split=valid"], "data.a.split=valid is not one of: train, test"),
    ],
    ids=["one source", "evaluation", "batch size", "split"],
)
def test_what_cannot_work_is_refused(run, words, more, message):
    if more == ["data=digits"]:
        words = [word for word in words if not word.startswith("data")]
    outcome = run(*words, *more)

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())
    assert not outcome.directory.exists()
