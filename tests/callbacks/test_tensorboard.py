"""The event files, read back."""

import json

import numpy as np
import pytest
from PIL import Image

from gan_lab.callbacks.dashboards import WatchedRun
from gan_lab.callbacks.tensorboard import TensorBoard

hparams = pytest.importorskip("tensorboard.plugins.hparams.plugin_data_pb2")
event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def begun(folder, iteration=0):
    dashboard = TensorBoard(folder)
    config, parameters = {"loss": {"a": 0.5}}, {"model": "dcgan", "seed": 3}
    run = WatchedRun("train", config, [], None, parameters=parameters, iteration=iteration)
    dashboard.begin(run)
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

    assert [(event.step, event.value) for event in events.Scalars("game/value")] == [(3, -1.5)]
    assert "scores/iteration" not in events.Tags()["scalars"]
    (picture,) = events.Images("pictures/samples")
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

    events = events_in(tmp_path / "tensorboard").Scalars("game/value")
    assert [(event.step, event.value) for event in events] == [(2, 0.0), (4, 1.0)]


def test_a_run_that_has_ended_has_a_row_of_hparams_with_the_best_of_its_metrics(tmp_path):
    metrics = {
        "fid": {"last": 30.0, "best": 20.0, "best_iteration": 2},
        "value": {"last": -1.0, "best": None, "best_iteration": None},
    }
    (tmp_path / "summary.json").write_text(json.dumps({"iterations": 6, "metrics": metrics}))

    begun(tmp_path).end("finished")

    events = events_in(tmp_path / "tensorboard")
    assert [(event.step, event.value) for event in events.Scalars("best/fid")] == [(6, 20.0)]
    assert "best/value" not in events.Tags()["scalars"]
    stored = {
        tag: hparams.HParamsPluginData.FromString(events.SummaryMetadata(tag).plugin_data.content)
        for tag in ("_hparams_/experiment", "_hparams_/session_start_info")
    }
    experiment = stored["_hparams_/experiment"].experiment
    assert [each.name.tag for each in experiment.metric_infos] == ["best/fid"]
    row = stored["_hparams_/session_start_info"].session_start_info.hparams
    assert row["model"].string_value == "dcgan"
    assert row["seed"].number_value == 3


def test_one_that_never_began_ends_without_a_file(tmp_path):
    TensorBoard(tmp_path).end("failed")

    assert list(tmp_path.iterdir()) == []
