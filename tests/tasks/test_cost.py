"""task=cost, as typed."""

import json

import pytest

from gan_lab.assembly import between_iterations
from gan_lab.assembly.evaluation_time import EvaluationTime
from tests.end_to_end.conftest import EVALUATED, FAST


@pytest.mark.parametrize("word", ["ckpt=run/checkpoints/last.ckpt", "resume=auto"])
def test_a_run_that_goes_on_is_refused(run, word):
    outcome = run("task=cost", word, directory=None)

    assert outcome.status == 1
    assert f"{word} has no effect on task=cost: leave it out" in outcome.err


@pytest.mark.slow
def test_parts_are_told_with_their_times_and_no_run_is_left_behind(run, tmp_path, monkeypatch):
    # However busy the machine is, the evaluation is made in full.
    nothing = EvaluationTime(making=0.0, real=0.0)
    monkeypatch.setattr(between_iterations, "evaluation_time", lambda run: nothing)
    words = (*EVALUATED, "iterations=50", "samples_every=10", "checkpoint_every=20", "seconds=1")
    outcome = run("task=cost", *words, "evaluation.every=30", directory=None)

    assert outcome.status == 0, outcome.err
    record = json.loads((tmp_path / "cost.json").read_text())
    times = {part["name"]: part["times"] for part in record["parts"]}
    assert times == {
        "training": 50, "start": 1, "pictures": 5, "checkpoints": 3,
        "real images looked at": 1, "evaluations": 2,
    }  # fmt: skip
    assert all(part["seconds"] > 0 for part in record["parts"])
    assert record["seconds"] == pytest.approx(sum(part["together"] for part in record["parts"]))
    assert 10**8 < record["memory_bytes"] < 10**10
    assert "per 1,000 images" in outcome.out
    assert {path.name for path in tmp_path.iterdir()} == {"cost.json"}


@pytest.mark.slow
def test_each_size_of_networks_that_grow_is_measured_and_a_long_evaluation_is_guessed(
    run, tmp_path
):
    words = (
        *FAST[:-1], "model=progressive", "data.size=8", "loss=wasserstein", "seconds=0",
        "terms=[gradient_penalty,drift]", "algorithm.growth.stable=80", "iterations=60",
        "model.discriminator.minibatch_std=2", "algorithm.growth.fade=160", "evaluation.n_fake=500",
    )  # fmt: skip
    assert run("task=cost", *words, "out=x.json", directory=None).status == 0

    record = json.loads((tmp_path / "x.json").read_text())
    training = [part["times"] for part in record["parts"] if part["name"] == "training"]
    assert training == [10, 20, 30]
    guessed = {part["name"] for part in record["parts"] if part["is_guessed"]}
    assert guessed == {"evaluations", "real images looked at, if they were not"}
