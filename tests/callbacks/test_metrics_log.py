"""Rows: when they are written, what is in them, and what they are means of."""

import math
from typing import final

import pytest
from lightning import Callback

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.errors import CheckpointError
from gan_lab.runs.metrics_file import MetricsFile, read_metrics
from tests.training.conftest import BATCH, fit, recipe, tiny_gan

COLUMNS = {
    "iteration", "images_seen", "seconds", "images_per_second", "value", "d_real", "d_fake",
    "loss/discriminator", "loss/discriminator_real", "loss/discriminator_fake", "loss/generator",
    "gradient_norm/discriminator", "gradient_norm/generator", "lr/generator", "lr/discriminator",
}  # fmt: skip


def logged(path, every, iterations=6, **options):
    module = tiny_gan(recipe=recipe(log_every=every), **options)
    fit(module, iterations, callbacks=[MetricsLog(MetricsFile(path), every)])
    return read_metrics(path)


def test_a_row_stands_at_each_multiple_of_log_every_with_every_column(tmp_path):
    rows = logged(tmp_path / "metrics.csv", 2, discriminator_steps=3)

    assert [row["iteration"] for row in rows] == [2, 4, 6]
    assert [row["images_seen"] for row in rows] == [n * 3 * BATCH for n in (2, 4, 6)]
    assert all(set(row) == COLUMNS for row in rows)


def test_a_row_holds_the_means_since_the_row_before(tmp_path):
    single = logged(tmp_path / "single.csv", 1)
    thirds = logged(tmp_path / "thirds.csv", 3)

    for name in ("loss/discriminator", "loss/generator", "d_real", "d_fake", "value"):
        for row, part in zip(thirds, (single[:3], single[3:]), strict=True):
            assert row[name] == pytest.approx(sum(one[name] for one in part) / 3, rel=1e-5)


def test_the_parts_add_up_and_the_value_is_minus_the_discriminators_loss(tmp_path):
    for row in logged(tmp_path / "metrics.csv", 1):
        parts = row["loss/discriminator_real"] + row["loss/discriminator_fake"]
        assert row["loss/discriminator"] == pytest.approx(parts, rel=1e-5)
        assert row["value"] == pytest.approx(-parts, rel=1e-5)


def test_gradient_norms_are_those_of_the_rows_own_iteration(tmp_path):
    single = logged(tmp_path / "single.csv", 1)
    thirds = logged(tmp_path / "thirds.csv", 3)

    for name in ("gradient_norm/generator", "gradient_norm/discriminator"):
        assert [row[name] for row in thirds] == [single[2][name], single[5][name]]


def test_the_seconds_of_an_earlier_session_count(tmp_path):
    log = MetricsLog(MetricsFile(tmp_path / "metrics.csv"), 1)
    log.load_state_dict({"seconds": 100.0})

    assert log.state_dict()["seconds"] >= 100.0
    assert log.session_seconds < 100.0


@final
class Adding(Callback):
    """Adds a number in every third iteration, as an evaluation does."""

    def __init__(self, log):
        self.log_ = log

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
        if module.iteration % 3 == 0:
            self.log_.add({"score": float(module.iteration)}, seconds=1000.0)


def test_added_numbers_stand_in_the_row_of_their_iteration_or_in_one_of_their_own(tmp_path):
    log = MetricsLog(MetricsFile(tmp_path / "metrics.csv"), 2)
    fit(tiny_gan(recipe=recipe(log_every=2)), 6, callbacks=[Adding(log), log])
    without = logged(tmp_path / "without.csv", 2)

    rows = read_metrics(tmp_path / "metrics.csv")

    assert [row["iteration"] for row in rows] == [2, 3, 4, 6]
    assert set(rows[1]) == {"iteration", "images_seen", "seconds", "score"}
    assert rows[3]["score"] == 6.0
    # The means go on as if nothing had been added.
    means = [row["value"] for row in rows if "value" in row]
    assert means == [row["value"] for row in without]
    assert rows[0].keys() | {"score"} == rows[3].keys()


@pytest.mark.parametrize("seconds", [None, "1", -1.0, math.nan, math.inf, True])
def test_what_is_no_time_is_the_checkpoints_fault(seconds, tmp_path):
    log = MetricsLog(MetricsFile(tmp_path / "metrics.csv"), 2)

    with pytest.raises(CheckpointError, match="cannot be continued: the state of MetricsLog "):
        log.load_state_dict({"seconds": seconds})
