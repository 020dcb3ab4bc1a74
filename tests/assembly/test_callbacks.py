"""Which callbacks a run has, and in which order they are called."""

from dataclasses import fields
from unittest.mock import sentinel

from gan_lab.assembly.callbacks import RunCallbacks


def test_numbers_are_made_before_they_are_logged_and_logged_before_they_are_shown():
    names = [field.name for field in fields(RunCallbacks)]

    assert names == [
        "stop", "record", "dashboards", "evaluate", "collapse", "log", "progress", "samples",
        "traversals", "codes", "features", "report", "checkpoints", "outside",
    ]  # fmt: skip


def test_what_is_switched_off_is_left_out_and_those_of_plug_ins_come_last():
    every = {field.name: getattr(sentinel, field.name) for field in fields(RunCallbacks)}
    off = {"evaluate": None, "collapse": None, "progress": None}

    callbacks = RunCallbacks(**{**every, **off, "outside": [sentinel.mine]})

    assert callbacks.in_order() == [
        sentinel.stop, sentinel.record, sentinel.dashboards, sentinel.log, sentinel.samples,
        sentinel.traversals, sentinel.codes, sentinel.features, sentinel.report,
        sentinel.checkpoints, sentinel.mine,
    ]  # fmt: skip
    assert not callbacks.stopped_at_collapse
