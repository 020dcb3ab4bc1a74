"""DANN through the command line: what it leaves, what it may not see, and what it refuses."""

import csv
import json
from dataclasses import replace

import pytest
import torch
from PIL import Image

from gan_lab.data.digits import Digits
from gan_lab.runs.checkpoints import read_checkpoint

pytestmark = pytest.mark.slow

TINY = (
    "algorithm=dann", "data@data.source=digits", "data@data.target=digits", "data.size=16",
    "data.limit=64", "trainer=cpu",
    "trainer.precision=32-true", "iterations=6", "batch_size=8", "log_every=2", "samples_every=3",
    "checkpoint_every=3", "evaluation.every=3",
)  # fmt: skip
SCORES = ("source_error", "target_error", "domain_accuracy_held_out", "proxy_a_distance")


def rows_of(directory):
    with (directory / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def state_of(directory, name="last"):
    return read_checkpoint(directory / "checkpoints" / f"{name}.ckpt")["state_dict"]


def test_what_a_preset_says_of_generated_images_is_no_mistake(run):
    words = [word for word in TINY if not word.startswith(("iterations", "batch", "data.limit"))]

    outcome = run(*words, "debug=fast")

    assert outcome.status == 0, outcome.err


def test_it_leaves_rows_a_summary_and_a_page_without_any_image(trained):
    directory = trained(*TINY)

    row, page = rows_of(directory)[-1], (directory / "report.html").read_text("utf-8")
    assert all(row[name] for name in (*SCORES, "loss/label", "loss/domain", "domain_accuracy"))
    assert not list(directory.glob("samples/*"))
    assert not list(directory.glob("evaluation/*.png"))
    record = json.loads((directory / "evaluation" / "00000006.json").read_text())
    tested = len(Digits(size=16, split="test").load())
    assert record["protocol"]["other_splits"] == {"source test": tested, "target test": tested}
    assert "n_fake" not in record["protocol"]
    summary = json.loads((directory / "summary.json").read_text())
    assert summary["status"] == "finished"
    with Image.open(directory / "features" / "00000006.png") as picture:
        assert picture.size == (1050, 500)
    for word in ("Errors by domain", "Proxy A-distance", "Labels and domains", "Features</h2>"):
        assert word in page
    for word in ("Samples</h2>", "Nearest neighbours"):
        assert word not in page


def test_the_targets_labels_change_nothing_but_its_error(run, tmp_path, monkeypatch):
    plain = run(*TINY, directory=tmp_path / "plain")
    load = Digits.load

    def shuffled(self):
        images = load(self)
        if self.condition != "none":  # the source's
            return images
        return replace(images, labels=images.labels.roll(1))

    monkeypatch.setattr(Digits, "load", shuffled)
    other = run(*TINY, directory=tmp_path / "other")

    assert plain.status == other.status == 0, plain.err + other.err
    for name in ("last", "best"):
        one, two = (state_of(outcome.directory, name) for outcome in (plain, other))
        assert all(torch.equal(one[key], two[key]) for key in one)
    one, two = (rows_of(outcome.directory)[-1] for outcome in (plain, other))
    assert one["target_error"] != two["target_error"]
    assert one["source_error"] == two["source_error"]


def test_its_checkpoint_is_evaluated_and_not_sampled(trained, run, tmp_path):
    directory = trained(*TINY)
    ckpt = f"ckpt={directory / 'checkpoints' / 'best.ckpt'}"

    evaluated = run("task=evaluate", ckpt, "trainer=cpu", f"out={tmp_path / 'scores.json'}")
    sampled = run("task=sample", ckpt)
    repeated = run("task=evaluate", ckpt, "trainer=cpu", "repeats=3")

    assert evaluated.status == 0, evaluated.err
    scores = json.loads((tmp_path / "scores.json").read_text())["metrics"]
    assert list(scores) == list(SCORES)
    assert "of target test" in evaluated.out
    for outcome, message in (
        (sampled, "task=sample needs images, and DANN, the algorithm of ckpt="),
        (repeated, "repeats=3 draws images anew each time, and none are scored here"),
    ):
        assert outcome.status == 1
        assert message in " ".join(outcome.err.split())
    assert "has none. task=evaluate scores it." in " ".join(sampled.err.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["data.size=null", "data.target.size=20"],
            "data.source has size 32 and data.target has 20",
        ),
        (["data.target.classes=[1,2]"], "data.target has the classes 1, 2, and data.source has"),
        (["algorithm.domain_weight=-1"], "algorithm.domain_weight=-1 must be"),
        (["data.size=8"], "needs images of at least 16x16 pixels"),
        (
            ["data=digits", "data.size=16"],
            "data= shows none: choose data=domain_adaptation.",
        ),
        (["evaluation.n_fake=10"], "evaluation.n_fake=10 is about generated images, and the"),
        (["evaluation/metrics=[prdc]"], "has no metric of the algorithm DANN, which makes no im"),
        (
            ["evaluation.monitor=target_error"],
            "evaluation.monitor=target_error would choose best.ckpt by labels that a model must",
        ),
        (["loss=hinge"], "loss=hinge is for other algorithms, and algorithm=dann reads no loss"),
        (["data.target.labelled=2"], "data.target.labelled=2 is said by data=domain_adaptation"),
    ],
)
def test_what_cannot_work_is_refused(run, words, message):
    kept = [word for word in TINY if not (words[0] == "data=digits" and word.startswith("data"))]

    outcome = run(*kept, *words)

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())
    assert not outcome.directory.exists()
