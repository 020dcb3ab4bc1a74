"""The event files, read back."""

import numpy as np
import pytest
from PIL import Image

from gan_lab.callbacks.dashboards import WatchedRun
from gan_lab.callbacks.tensorboard import TensorBoard

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def begun(folder, iteration=0):
    dashboard = TensorBoard(folder)
    config = {"loss": {"a": 0.5}}
    dashboard.begin(WatchedRun("train", config, [], sweep=None, iteration=iteration))
    return dashboard


def events_in(folder):
    events = event_accumulator.EventAccumulator(str(folder), {"histograms": 0})
    events.Reload()
    return events


def test_all_that_it_is_told_is_in_the_event_file(tmp_path):
    dashboard = begun(tmp_path)
    dashboard.log_metrics({"value": -1.5, "iteration": 3}, 3)
    dashboard.log_picture("samples", Image.new("L", (20, 10), 128), 4)
    dashboard.log_histogram("modes/histogram", [5, 0, 7], 4)
    dashboard.alert("Mode collapse", "collapse at iteration 4", 4)
    dashboard.end("finished")

    events = events_in(tmp_path / "tensorboard")

    assert [(event.step, event.value) for event in events.Scalars("value")] == [(3, -1.5)]
    (picture,) = events.Images("samples")
    assert (picture.step, picture.width, picture.height) == (4, 20, 10)
    (histogram,) = events.Histograms("modes/histogram")
    heights = dict(
        zip(
            histogram.histogram_value.bucket_limit,
            histogram.histogram_value.bucket,
            strict=True,
        )
    )
    assert histogram.step == 4
    assert heights == {0.5: 5, 1.5: 0, 2.5: 7}
    assert np.isclose(histogram.histogram_value.sum, 14)
    texts = [
        events.Tensors(f"{name}/text_summary")[0] for name in ("Mode collapse", "configuration")
    ]
    assert texts[0].tensor_proto.string_val == [b"collapse at iteration 4"]
    assert b'"a": 0.5' in texts[1].tensor_proto.string_val[0]


def test_what_an_earlier_session_logged_beyond_the_checkpoint_is_forgotten(tmp_path):
    earlier = begun(tmp_path)
    for step in (2, 4, 6):
        earlier.log_metrics({"value": 0.0}, step)
    earlier.end("interrupted")

    goes_on = begun(tmp_path, iteration=3)
    goes_on.log_metrics({"value": 1.0}, 4)
    goes_on.end("finished")

    events = events_in(tmp_path / "tensorboard").Scalars("value")
    assert [(event.step, event.value) for event in events] == [(2, 0.0), (4, 1.0)]


def test_one_that_never_began_ends_without_a_file(tmp_path):
    TensorBoard(tmp_path).end("failed")

    assert list(tmp_path.iterdir()) == []
