"""Models that are told of captions, from training to sentences that a person types."""

import numpy as np
import pytest
import torch
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("example_lab")]
NAMED = "plugins=[example_lab]"
WORDS = (
    NAMED, "data=stripes", "data.condition=text", "terms=[matching]", "model=mlp", "iterations=60",
    "model.generator.hidden=[32,32]", "model.discriminator.hidden=[32]", "batch_size=32",
    "optimizer.lr=1e-3", "trainer=cpu", "evaluation=none", "samples_every=60", "seed=0",
)  # fmt: skip


@pytest.fixture
def last(trained):
    return f"ckpt={trained(*WORDS) / 'checkpoints' / 'last.ckpt'}"


def test_a_checkpoint_keeps_the_captions_and_the_picture_shows_them(trained):
    directory = trained(*WORDS)
    kept = torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)["labels"]

    assert kept["words"] == ["horizontal", "stripes", "vertical"]
    assert kept["counts"] == [128, 128]
    with Image.open(directory / "samples" / "00000060.png") as picture:
        assert picture.height > picture.width / 8  # a line of words above each of two rows


def test_sentences_make_rows_at_the_same_latents_and_unknown_words_are_said(run, last, tmp_path):
    outcome = run(
        NAMED, "task=sample", last, "trainer=cpu", "n=8", f"out={tmp_path / 'grid.png'}",
        'condition=["Vertical stripes","purple horizontal stripes"]',
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    assert "never read purple, left out." in outcome.out + outcome.err
    assert "Wrote 8 images" in outcome.out


def test_one_sentence_makes_other_images_than_another(run, last, tmp_path):
    found = []
    for name in ("horizontal", "vertical"):
        out = tmp_path / f"{name}.npz"
        words = ("task=sample", last, "trainer=cpu", "n=4", "format=npz", f"out={out}")
        outcome = run(NAMED, *words, f'condition="{name} stripes"')
        assert outcome.status == 0, outcome.err
        found.append(np.load(out))

    assert found[0]["captions"].tolist() == ["horizontal stripes"] * 4
    assert not np.array_equal(found[0]["images"], found[1]["images"])


def test_a_sentence_without_a_known_word_is_refused(run, last):
    outcome = run(NAMED, "task=sample", last, 'condition="a red sea"')

    assert outcome.status == 1
    assert "has no word that the model knows. It knows horizontal, stripes, vertical" in outcome.err


def test_a_path_leads_from_one_sentence_to_another(run, last, tmp_path):
    outcome = run(
        NAMED, "task=interpolate", last, "trainer=cpu", "steps=3", "paths=2", "rows=2",
        f"out={tmp_path / 'paths'}", 'condition=["horizontal stripes","vertical stripes"]',
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    images = np.load(tmp_path / "paths" / "interpolate.npz")["images"]
    assert images.shape[:2] == (2, 3)
    assert not np.array_equal(images[:, 0], images[:, 2])


def test_images_with_a_single_caption_are_a_doubt(run):
    outcome = run(*WORDS, "data.count=32", "iterations=1")
    single = run(
        "data=digits",
        "data.classes=[3]",
        "data.condition=labels",
        "terms=[matching]",
        "iterations=1",
        "trainer=cpu",
        "evaluation=none",
        "data.size=8",
    )

    assert "single one, so that right pairs count as wrong" in single.out + single.err
    assert "single one" not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data=digits", "data.condition=text"], "needs images with captions"),
        (["data=digits", "terms=[matching]"], r"add data.condition=text or labels"),
        (
            [NAMED, "data=stripes", "data.condition=text", "model.condition=classifier"],
            "tells classes, and data.condition=text has none",
        ),
        (["data=digits", "algorithm.between=0.5"], "the model is told of none"),
        (
            [
                NAMED,
                "data=stripes",
                "data.condition=text",
                "algorithm.between=1",
                "loss=relativistic",
            ],
            "asks the generator for what no real image is of",
        ),
        (
            [NAMED, "data=stripes", "data.condition=text", "algorithm=stargan"],
            "data.condition=text is for algorithm=gan",
        ),
    ],
)
def test_what_cannot_work_is_refused(run, words, message):
    outcome = run(*words, "iterations=2", "trainer=cpu", "evaluation=none")

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err
