"""How long iterations take, of each kind and at each stage."""

from types import SimpleNamespace

import pytest
import torch

from gan_lab.callbacks import stopwatch
from gan_lab.callbacks.stopwatch import LEAST, WARM_UP, Stopwatch


class Module:
    """Iterations from 100 on take 2 s instead of 1, and every tenth of all 5 s more."""

    device = torch.device("cpu")

    def __init__(self):
        self.iteration, self.done = 0, 0

    @property
    def graph_key(self):
        return self.iteration % 10 == 0

    def train(self):
        seconds = (2 if self.iteration >= 100 else 1) + (5 if self.graph_key else 0)
        # What comes first is slow, and not counted.
        self.done += 1
        self.iteration += 1
        return seconds


def measured(monkeypatch, stages, seconds):
    now = [0.0]
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(stopwatch, "COUNTED", 90)
    watch, module, trainer = (
        Stopwatch(stages, seconds),
        Module(),
        SimpleNamespace(should_stop=False),
    )
    watch.on_train_start(trainer, module)
    while not trainer.should_stop:
        now[0] += module.train()
        watch.on_train_batch_end(trainer, module, None, None, 0)
        assert module.done < 1000
    return watch, module


def test_kinds_count_as_often_as_they_occur_and_each_stage_has_its_own_mean(monkeypatch):
    watch, _ = measured(monkeypatch, [0, 100], seconds=0)

    assert watch.found == pytest.approx([1.5, 2.5])
    assert watch.timed == 2 * 2 * LEAST


def test_more_iterations_are_timed_as_long_as_there_is_time(monkeypatch):
    brief, long = (measured(monkeypatch, [0], seconds)[0] for seconds in (0, 200))

    assert long.timed > brief.timed
    assert long.found == pytest.approx(brief.found)


def test_the_first_of_each_kind_are_not_counted(monkeypatch):
    monkeypatch.setattr(
        Module, "train", lambda self: setattr(self, "done", self.done + 1) or (
            100 if self.done <= 2 * WARM_UP else 1
        )
    )  # fmt: skip

    assert measured(monkeypatch, [0], seconds=0)[0].found == pytest.approx([1])
