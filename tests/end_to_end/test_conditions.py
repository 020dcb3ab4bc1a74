"""Models that are told of labels, from training to what a person sees of them."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from tests.end_to_end.conftest import EVALUATED

pytestmark = pytest.mark.slow

# Long enough, at a large rate, for latents and labels to show in the pixels.
LABELLED = (
    *EVALUATED, "data.condition=labels", "optimizer.lr=0.02", "iterations=20", "samples_every=10",
    "evaluation.every=10", "evaluation.n_fake=1000", "data.limit=1000", "checkpoint_every=10",
)  # fmt: skip


@pytest.fixture
def told(trained):
    return trained(*LABELLED)


@pytest.fixture
def last(told):
    return f"ckpt={told / 'checkpoints' / 'last.ckpt'}"


def test_agreement_is_measured_beside_that_of_real_images_and_by_class(told):
    with (told / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    record = json.loads((told / "evaluation" / "00000020.json").read_text())

    assert 0 <= float(rows[-1]["agreement"]) <= 1
    assert float(rows[-1]["agreement_real"]) > 0.9
    assert record["perfect"]["agreement"] == "agreement_real"
    assert len(record["by_class"]["agreement"]) == len(record["classes"]) == 10


def test_the_page_shows_it_and_the_page_of_another_model_does_not(told, trained):
    plain = (trained(*EVALUATED) / "report.html").read_text()
    page = (told / "report.html").read_text()

    for title in ("Agreement with the labels", "Agreement by class"):
        assert title in page
        assert title not in plain


def test_pictures_have_a_row_of_each_class_at_the_same_latents(run, told, last, tmp_path):
    outcome = run(
        "task=sample",
        last,
        "n=30",
        "condition=[3,8]",
        f"out={tmp_path / 'grid.png'}",
        "trainer=cpu",
    )

    assert outcome.status == 0, outcome.err
    assert "Wrote 30 images" in outcome.out
    with (
        Image.open(tmp_path / "grid.png") as grid,
        Image.open(told / "samples" / "00000020.png") as training,
    ):
        assert grid.width / grid.height == pytest.approx(15 / 2, rel=0.05)
        assert training.width / training.height == pytest.approx(8 / 10, rel=0.05)


def arrays_of(path):
    with np.load(path) as arrays:
        return dict(arrays)


def test_classes_are_asked_for_by_name_or_number_at_their_shares(run, last, tmp_path):
    words = ("task=sample", last, "n=60", "format=npz", "trainer=cpu")
    for name, wanted in (("two", "[3,8]"), ("one", "3")):
        run(*words, f"condition={wanted}", f"out={tmp_path / name}.npz")

    two, one = (arrays_of(tmp_path / f"{name}.npz") for name in ("two", "one"))
    assert set(two["labels"]) == {3, 8}
    assert set(one["labels"]) == {3}
    same = (two["images"] == one["images"]).all(axis=(1, 2, 3))
    assert np.array_equal(same, two["labels"] == 3)  # of the same latents


def test_a_path_leads_from_class_to_class_at_the_same_latents(run, last, tmp_path):
    words = ("task=interpolate", last, "paths=2", "steps=5", "rows=2", "trainer=cpu")
    outcome = run(*words, "condition=[3,8]", f"out={tmp_path / 'between'}")

    found = arrays_of(tmp_path / "between" / "interpolate.npz")
    assert outcome.status == 0, outcome.err
    assert "2 paths from 3 to 8 of 5 images" in outcome.out
    assert (found["latents"] == found["latents"][:, :1]).all()
    assert (found["images"][0, 0] != found["images"][0, -1]).any()


@pytest.mark.parametrize("words", [(), ("condition=3",)])
def test_paths_between_latents_keep_the_label_of_each(run, last, tmp_path, words):
    outcome = run(
        "task=interpolate", last, "paths=2", "steps=3", "rows=2", "trainer=cpu", *words,
        f"out={tmp_path / 'paths'}",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    assert "2 spherical paths of 3 images" in outcome.out


def test_one_class_alone_is_scored_against_its_own_images(run, last, tmp_path):
    outcome = run(
        "task=evaluate", last, "condition=3", "evaluation.n_fake=100", "trainer=cpu",
        f"out={tmp_path / 'three.json'}", "evaluation/metrics=[frechet,agreement]",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    record = json.loads((tmp_path / "three.json").read_text())
    assert record["protocol"]["condition"] == ["3"]
    assert 90 <= record["protocol"]["n_real"] <= 110
    assert [n for n, share in enumerate(record["by_class"]["agreement"]) if share is not None] == [
        3
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("task=sample", "condition=[3,ten]"), "names the class ten, which is not there"),
        (("task=interpolate", "condition=[1,2,3]"), "condition"),
        (("task=interpolate", "classes=[7,1]"), "type condition=[7,1] instead"),
        (("task=evaluate", "condition=12"), "names the class 12, which is not there"),
        (("task=invert",), "asks for labels too"),
    ],
)
def test_what_such_a_model_cannot_do_is_refused(run, last, words, message):
    outcome = run(*words, last, "trainer=cpu")

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())


def test_a_class_of_images_that_are_there_already_is_refused(run, tmp_path):
    outcome = run("task=evaluate", f"images={tmp_path}", "condition=3", "data=digits")

    assert outcome.status == 1
    assert "leave it out, or choose data.classes=[3]" in " ".join(outcome.err.split())
