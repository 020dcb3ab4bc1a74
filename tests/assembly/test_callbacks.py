"""Which callbacks a run has, and in which order they are called."""

from dataclasses import fields
from unittest.mock import sentinel

from gan_lab.assembly.callbacks import RunCallbacks


def test_numbers_are_made_before_they_are_logged_and_logged_before_they_are_shown():
    names = [field.name for field in fields(RunCallbacks)]

    assert names == [
        "stop", "record", "dashboards", "evaluate", "collapse", "log", "progress", "samples",
        "report", "checkpoints",
    ]  # fmt: skip


def test_what_is_switched_off_is_left_out():
    every = {field.name: getattr(sentinel, field.name) for field in fields(RunCallbacks)}

    callbacks = RunCallbacks(**{**every, "evaluate": None, "collapse": None, "progress": None})

    assert callbacks.in_order() == [
        sentinel.stop, sentinel.record, sentinel.dashboards, sentinel.log, sentinel.samples,
        sentinel.report, sentinel.checkpoints,
    ]  # fmt: skip
    assert not callbacks.stopped_at_collapse
