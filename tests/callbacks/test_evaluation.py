"""Evaluation during training: when it happens, what it leaves behind, what it never disturbs."""

import json
import math
from functools import partial

import pytest
import torch
from torch import nn

from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.callbacks.collapse import CollapseMonitor
from gan_lab.callbacks.evaluation import Evaluate, shown
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.scoring import Scoring
from gan_lab.data.pixels import to_pixels
from gan_lab.errors import CheckpointError
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.evaluation import Evaluation, FeatureSpace, extract
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.prdc import PRDC
from gan_lab.runs.checkpoints import read_checkpoint, read_manifest
from gan_lab.runs.metrics_file import MetricsFile, read_metrics
from tests.training.conftest import fit, tiny_gan, tiny_images

CPU = torch.device("cpu")
stored = partial(to_pixels, value_range=(-1.0, 1.0))


def side(real):
    extractor = ModuleExtractor("flat", nn.Flatten()).freeze()
    metrics = [FrechetDistance("flat"), PRDC("flat")]
    for metric in metrics:
        metric.fit(extract(extractor, real, torch.arange(len(real)), CPU))
    return [FeatureSpace(extractor, metrics)]


def evaluation(n_fake=30, sides=None):
    return Evaluation(
        sides or {"": side(tiny_images())},
        device=CPU,
        n_fake=n_fake,
        batch_size=16,
        protocol={"n_fake": n_fake},
    )


def callbacks_in(
    folder, *, every, iterations, action="log", fall=0.3, checkpoint_every=100, n_fake=30
):
    (folder / "evaluation").mkdir(parents=True, exist_ok=True)
    log = MetricsLog(MetricsFile(folder / "metrics.csv"), 2)
    evaluate = Evaluate(
        Scoring(evaluation(n_fake), 0, stored),
        every=every,
        iterations=iterations,
        log=log,
        folder=folder / "evaluation",
        progress=None,
        monitor="fd_flat",
    )
    best = folder / "best.ckpt"
    monitor = CollapseMonitor(evaluate, fall=fall, action=action, rollbacks=2, best=best)
    origin = {"config": {}, "overrides": []}
    checkpoints = Checkpoints(folder / "last.ckpt", checkpoint_every, origin, monitor)
    return evaluate, monitor, log, checkpoints


def test_it_happens_every_so_often_and_at_the_end(tmp_path):
    fit(tiny_gan(), 5, callbacks=callbacks_in(tmp_path, every=2, iterations=5))

    rows = [row for row in read_metrics(tmp_path / "metrics.csv") if "fd_flat" in row]
    names = sorted(path.name for path in (tmp_path / "evaluation").iterdir())

    assert [row["iteration"] for row in rows] == [2, 4, 5]
    assert names == ["00000002.json", "00000004.json", "00000005.json"]
    record = json.loads((tmp_path / "evaluation" / "00000004.json").read_text())
    assert record["iteration"] == 4
    assert record["metrics"]["fd_flat"] == pytest.approx(rows[1]["fd_flat"])
    assert record["protocol"] == {"n_fake": 30}
    assert all(row["collapses"] == 0 for row in rows)


def test_it_changes_no_bit_of_training(tmp_path):
    with_it, without = tiny_gan(), tiny_gan()

    fit(with_it, 6, callbacks=callbacks_in(tmp_path / "with", every=1, iterations=6))
    fit(without, 6, callbacks=[MetricsLog(MetricsFile(tmp_path / "without.csv"), 2)])

    weights = without.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in with_it.state_dict().items())
    rows = [row for row in read_metrics(tmp_path / "with" / "metrics.csv") if "value" in row]
    for row, other in zip(rows, read_metrics(tmp_path / "without.csv"), strict=True):
        timeless = other.keys() - {"seconds", "images_per_second", "sampling_seconds"}
        assert {name: row[name] for name in timeless} == {name: other[name] for name in timeless}


def test_best_ckpt_is_that_of_the_lowest_distance(tmp_path):
    callbacks = callbacks_in(tmp_path, every=1, iterations=8)

    fit(tiny_gan(), 8, callbacks=callbacks)

    history = callbacks[0].history
    best = min(history, key=lambda row: row["fd_flat"])
    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == best["iteration"]
    assert set(read_manifest(tmp_path)) >= {"best.ckpt", "last.ckpt"}


def test_a_continued_run_knows_its_best(tmp_path):
    whole = callbacks_in(tmp_path / "whole", every=1, iterations=8)
    fit(tiny_gan(), 8, callbacks=whole)
    fit(
        tiny_gan(),
        4,
        callbacks=callbacks_in(tmp_path / "parts", every=1, iterations=8, checkpoint_every=4),
    )

    rest = callbacks_in(tmp_path / "parts", every=1, iterations=8)
    fit(tiny_gan(), 8, callbacks=rest, ckpt=tmp_path / "parts" / "last.ckpt")

    assert rest[0].history == whole[0].history
    bests = [read_checkpoint(tmp_path / name / "best.ckpt") for name in ("whole", "parts")]
    assert bests[0]["clock"] == bests[1]["clock"]


def continued(folder, iterations, **changed):
    """Go on from the last checkpoint, and return the callbacks and the iteration of the best."""
    callbacks = callbacks_in(folder, every=1, iterations=iterations, **changed)
    fit(tiny_gan(), iterations, callbacks=callbacks, ckpt=folder / "last.ckpt")
    return callbacks, read_checkpoint(folder / "best.ckpt")["clock"]["iteration"]


def test_scores_that_measure_something_else_begin_a_best_of_their_own(tmp_path, capsys):
    fit(tiny_gan(), 4, callbacks=callbacks_in(tmp_path, every=1, iterations=4))

    (evaluate, monitor, *_), best = continued(tmp_path, 6, n_fake=20)
    told = capsys.readouterr().out
    (again, *_), best_again = continued(tmp_path, 8, n_fake=20)

    assert "(n_fake 30 -> 20), so scores up to iteration 4 are not compared" in told
    assert capsys.readouterr().out == ""
    assert best > 4
    assert [row["iteration"] for row in evaluate.history] == [5, 6]
    assert [[row["iteration"] for row in rows] for rows in again.earlier] == [[1, 2, 3, 4]]
    assert again.history[:2] == evaluate.history
    assert (evaluate.since, again.since) == (4, 4)
    assert best_again == min(again.history, key=lambda row: row["fd_flat"])["iteration"]
    assert all(found.iteration <= 4 or found.best_iteration > 4 for found in monitor.collapses)


def test_a_collapse_of_before_stays_known_when_something_else_is_measured(tmp_path):
    evaluate, monitor, *_ = callbacks_in(tmp_path, every=1, iterations=1)
    evaluate.earlier = [[{"iteration": 1, "coverage": 0.9}, {"iteration": 2, "coverage": 0.1}]]
    evaluate.history = [{"iteration": 3, "coverage": 0.05}]

    assert [found.iteration for found in monitor.collapses] == [2]


def test_another_version_measures_the_same(tmp_path):
    old, new = (callbacks_in(tmp_path, every=1, iterations=1)[0] for _ in range(2))
    row = {"iteration": 1, "fd_flat": 3.0}

    new.load_state_dict(old.state_dict() | {"history": [row], "protocol": new._protocol})
    assert new.history == [row]
    new.load_state_dict({"history": [row]})  # a checkpoint of before knows no protocol
    assert new.history == [row]


@pytest.mark.parametrize(
    "state",
    [
        {}, {"history": 5}, {"history": [5]}, {"history": [{}]}, {"history": [{"iteration": -1}]},
        {"history": [{"iteration": 1, "fd": "x"}]}, {"history": [], "since": None},
        {"history": [], "earlier": [5]}, {"history": [], "protocol": {"x": object}}, None,
    ],
)  # fmt: skip
def test_what_is_no_history_is_the_checkpoints_fault(state, tmp_path):
    evaluate, *_ = callbacks_in(tmp_path, every=1, iterations=1)

    with pytest.raises(CheckpointError, match="cannot be continued: the state of Evaluate "):
        evaluate.load_state_dict(state)


def test_a_long_run_has_many_evaluations(tmp_path):
    evaluate, *_ = callbacks_in(tmp_path, every=1, iterations=1)
    history = [{"iteration": number, "fd_flat": math.inf} for number in range(30_000)]

    evaluate.load_state_dict({"history": history})

    assert evaluate.history == history


@pytest.mark.filterwarnings("ignore:Be aware that when using `ckpt_path`:UserWarning")
def test_evaluations_switched_on_later_compare_only_with_each_other(tmp_path):
    fit(tiny_gan(), 2, callbacks=callbacks_in(tmp_path, every=1, iterations=2))
    _, _, *without = callbacks_in(tmp_path, every=1, iterations=4)
    without[1].collapse = None
    fit(tiny_gan(), 4, callbacks=without, ckpt=tmp_path / "last.ckpt")

    (evaluate, *_), best = continued(tmp_path, 6)

    assert [row["iteration"] for row in evaluate.history] == [5, 6]
    assert evaluate.since == 4
    assert best > 4


def test_a_collapse_ends_the_run_where_that_is_asked_for(tmp_path):
    callbacks = callbacks_in(tmp_path, every=1, iterations=50, action="stop")
    evaluate, monitor, *_ = callbacks
    run = evaluate.evaluation.run
    coverage = iter([0.5, 0.9, 0.8, 0.2])

    def collapsing(images_at, advance=None, view=None):
        result = run(images_at)
        return type(result)({**result.metrics, "coverage": next(coverage)}, result.histogram)

    evaluate.evaluation.run = collapsing
    module = tiny_gan()

    fit(module, 50, callbacks=callbacks)

    assert module.iteration == 4
    assert monitor.stopped
    assert monitor.record() == [
        {
            "iteration": 4, "metric": "coverage", "value": 0.2, "best": 0.9, "best_iteration": 2,
            "rolled_back_to": None,
        }
    ]  # fmt: skip
    assert read_metrics(tmp_path / "metrics.csv")[-1]["collapses"] == 1

    again, *rest = callbacks_in(tmp_path, every=1, iterations=50, action="stop")
    module = tiny_gan()
    fit(module, 50, callbacks=[again, *rest], ckpt=tmp_path / "last.ckpt")

    assert module.iteration == 4
    assert rest[0].stopped


def test_a_collapse_is_only_noted_where_that_is_not_asked_for(tmp_path):
    callbacks = callbacks_in(tmp_path, every=1, iterations=5, fall=1e-9)

    module = tiny_gan()
    fit(module, 5, callbacks=callbacks)

    assert module.iteration == 5
    assert not callbacks[1].stopped


def test_the_line_names_the_distance_the_modes_and_the_coverage():
    metrics = {
        "fd_mnist_cnn": 12.345,
        "fd_mnist_cnn_bias": 0.5,
        "precision": 0.81,
        "recall": 0.42,
        "coverage": 0.77,
        "modes/covered": 10,
        "modes/total": 10,
        "modes/kl_uniform": 0.031,
    }

    assert shown(metrics) == (
        "fd_mnist_cnn 12.3  modes 10 of 10  kl_uniform 0.031  precision 0.810  recall 0.420  "
        "coverage 0.770"
    )
