"""Puzzle-GAN from the command line: a run's numbers and pictures, and patches of one's own."""

import csv

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

WORDS = (
    "algorithm=puzzle", "data=digits", "data.size=16", "model.width=4", "batch_size=8",
    "iterations=2", "log_every=1", "trainer=cpu", "evaluation.every=2", "evaluation.n_fake=120",
    "evaluation.extractors=pixels", "evaluation/metrics=[kernel,puzzles]",
)  # fmt: skip


@pytest.fixture
def puzzle(trained):
    return trained(*WORDS)


@pytest.fixture
def pictures(tmp_path):
    """Three files of several sizes and colours."""
    files = []
    for number, size in enumerate(((5, 5), (40, 20), (7, 9))):
        pixels = np.random.default_rng(number).integers(0, 256, (*size, 3), dtype=np.uint8)
        files.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(files[-1])
    return files


def test_masks_and_distances_are_measured_beside_who_only_pastes(puzzle):
    with (puzzle / "metrics.csv").open() as file:
        *_, last = csv.DictReader(file)

    names = {name for name, number in last.items() if number}
    assert {"mask_iou", "mask_iou_random", "mask_iou_mean", "patch_error"} <= names
    assert {"kid_pixels", "pasted/kid_pixels"} <= names
    assert 0 < float(last["mask_iou_random"]) < float(last["mask_iou_mean"]) < 1


def test_patches_of_ones_own_become_images(puzzle, pictures, run, tmp_path):
    out = tmp_path / "assembled"
    words = (
        "task=assemble", f"ckpt={puzzle / 'checkpoints' / 'last.ckpt'}", "each=2", f"out={out}",
        f"patches=[{','.join(map(str, pictures))}]",
    )  # fmt: skip

    outcome = run(*words)

    assert outcome.status == 0, outcome.err
    written = {path.name for path in out.iterdir()} - {".gan_lab"}
    assert written >= {"assembled.png", "mask.png", "00.png", "01.png"}
    images = [np.asarray(Image.open(out / name)) for name in ("00.png", "01.png", "mask.png")]
    assert all(image.shape[:2] == (16, 16) for image in images)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (slice(0, 2), "patches= names 2 pictures, and the model of"),
        (None, "task=assemble needs patches=, as in patches=[a.png,b.png,c.png]"),
        ("missing", "a picture that is missing: name another"),
    ],
)
def test_patches_that_cannot_be_used_are_refused(puzzle, pictures, run, chosen, message):
    words = ["task=assemble", f"ckpt={puzzle / 'checkpoints' / 'last.ckpt'}"]
    if chosen == "missing":
        pictures[1].unlink()
    if chosen is not None:
        files = pictures if chosen == "missing" else pictures[chosen]
        words.append(f"patches=[{','.join(map(str, files))}]")

    outcome = run(*words)

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())


def test_patches_are_of_a_model_that_assembles_some(trained, pictures, run):
    other = trained("data=digits", "model=mlp", "iterations=2", "evaluation=none", "trainer=cpu")

    outcome = run(
        "task=assemble", f"ckpt={other / 'checkpoints' / 'last.ckpt'}", f"patches=[{pictures[0]}]"
    )

    assert outcome.status == 1
    assert "needs patches that it makes images of, and GAN" in " ".join(outcome.err.split())


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("algorithm.patch_size=17", "algorithm.patch_size=17x17 is larger than the images"),
        ("data.condition=labels", "those of the algorithm PuzzleGAN are told of none"),
        ("algorithm.composites=[real]", "algorithm.composites"),
    ],
)
def test_what_cannot_work_is_refused_before_training(run, word, message):
    outcome = run(*WORDS, word)

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())
