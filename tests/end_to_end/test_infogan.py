"""InfoGAN from training to what a person sees of it, and the other tasks with its latents."""

import csv
import json

import numpy as np
import pytest

from tests.end_to_end.conftest import EVALUATED

pytestmark = pytest.mark.slow

INFOGAN = (
    *EVALUATED, "latent=structured", "terms=[mutual_information]", "latent.factors.noise.size=4",
)  # fmt: skip


@pytest.fixture
def last(trained):
    return f"ckpt={trained(*INFOGAN) / 'checkpoints' / 'last.ckpt'}"


def test_the_bound_and_the_error_of_the_code_are_columns(trained):
    with (trained(*INFOGAN) / "metrics.csv").open() as file:
        row = list(csv.DictReader(file))[-1]
    start = json.loads((trained(*INFOGAN) / "start.json").read_text())

    assert {"mutual_information/category", "mutual_information/continuous"} <= row.keys()
    assert 0 <= float(row["code_error"]) <= 1
    assert start["better"]["code_error"] == "lower"
    assert start["reference"]["mutual_information/category"] == pytest.approx(np.log(10))
    assert start["evaluation"]["other_splits"]["test"] > 100


def test_the_page_shows_them_and_the_page_of_another_model_does_not(trained):
    page, plain = ((trained(*words) / "report.html").read_text() for words in (INFOGAN, EVALUATED))

    for title in ("What images tell of their latents", "Error of the codes", "Traversals"):
        assert title in page
        assert title not in plain


def test_evaluating_the_checkpoint_gives_the_same_error(run, trained, last, tmp_path):
    out = tmp_path / "evaluation.json"

    outcome = run("task=evaluate", last, "trainer=cpu", f"out={out}", "evaluation.n_fake=200")

    record = json.loads((trained(*INFOGAN) / "evaluation" / "00000004.json").read_text())
    assert outcome.status == 0, outcome.err
    assert json.loads(out.read_text())["metrics"]["code_error"] == record["metrics"]["code_error"]


def test_traverse_leaves_a_row_per_value_and_fixes_the_rest(run, last, tmp_path):
    out = tmp_path / "traverse"

    outcome = run("task=traverse", last, "trainer=cpu", f"out={out}", "columns=3", "steps=4")

    assert outcome.status == 0, outcome.err
    with np.load(out / "traverse.npz", allow_pickle=False) as arrays:
        assert arrays["category_images"].shape == (10, 3, 1, 32, 32)
        assert arrays["continuous_2_images"].shape == (4, 3, 1, 32, 32)
        assert arrays["continuous_1_values"].ravel().tolist() == pytest.approx(
            [-1, -1 / 3, 1 / 3, 1]
        )
        assert arrays["latents"].shape == (3, 16)
    assert (out / "traverse.png").exists()


def test_traverse_refuses_other_latents_and_a_factor_that_is_not_there(run, trained, last):
    plain = f"ckpt={trained(*EVALUATED) / 'checkpoints' / 'last.ckpt'}"

    other = run("task=traverse", plain, "trainer=cpu")
    unknown = run("task=traverse", last, "trainer=cpu", "factor=style")

    assert other.status == unknown.status == 1
    assert "varies the factors of latent=structured" in other.err
    assert "factor=style is no factor of this model. Known here: category, " in unknown.err


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("sample", ("n=4",)),
        ("interpolate", ("paths=3", "steps=4", "rows=2")),
        ("invert", ("n=2", "restarts=3", "random=10", "steps=5")),
        ("arithmetic", ("a=[0,1]", "b=[2,3,4]", "c=[5]")),
    ],
)
def test_other_tasks_take_its_latents(run, last, tmp_path, task, words):
    outcome = run(f"task={task}", last, "trainer=cpu", f"out={tmp_path / 'out'}", *words)

    assert outcome.status == 0, outcome.err


def test_truncation_is_refused(run, last):
    outcome = run("task=sample", last, "trainer=cpu", "truncation=0.5")

    assert outcome.status == 1
    assert "truncation=0.5 is for latent=gaussian" in outcome.err
