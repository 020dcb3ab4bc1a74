"""What the real MLflow keeps, and that its failures stay its own."""

import json

import pytest
from PIL import Image

from gan_lab.callbacks.dashboards import WatchedRun

mlflow = pytest.importorskip("mlflow")

from gan_lab.callbacks.mlflow import MLflow  # noqa: E402


def begun(folder, store, iteration=0, **parameters):
    watching = MLflow(folder, experiment="mine", tracking_uri=str(store))
    parameters = {"model": "dcgan", "seed": 3} | parameters
    config = {"loss": {"a": 0.5}}
    watching.begin(
        WatchedRun("train", config, [], "losses", "dcgan lsgan", parameters, iteration=iteration)
    )
    return watching


def runs_in(store):
    client = mlflow.MlflowClient(str(store))
    number = client.get_experiment_by_name("mine").experiment_id
    return client, client.search_runs([number])


def test_curves_parameters_pictures_and_the_best_are_kept(tmp_path):
    metrics = {
        "fid": {"last": 30.0, "best": 20.0, "best_iteration": 2},
        "value": {"last": -1.0, "best": None, "best_iteration": None},
    }
    (tmp_path / "summary.json").write_text(json.dumps({"iterations": 4, "metrics": metrics}))
    (tmp_path / "report.html").write_text("<p>report</p>")

    watching = begun(tmp_path, tmp_path / "store")
    watching.log_metrics({"iteration": 2, "value": -1.5, "fid": float("inf")}, 2)
    watching.log_metrics({"iteration": 4, "value": -1.0}, 4)
    watching.log_picture("samples", Image.new("L", (20, 10), 128), 4)
    watching.log_histogram("modes/histogram", [5, 0, 7], 4)
    watching.alert("Mode collapse", "collapse at iteration 4", 4)
    watching.end("finished")

    client, (kept,) = runs_in(tmp_path / "store")
    points = client.get_metric_history(kept.info.run_id, "game/value")
    assert [(point.step, point.value) for point in points] == [(2, -1.5), (4, -1.0)]
    assert kept.data.metrics == {"game/value": -1.0, "best/fid": 20.0}
    assert kept.data.params == {"model": "dcgan", "seed": "3"}
    assert kept.data.tags["sweep"] == "losses"
    assert kept.data.tags["Mode collapse"] == "collapse at iteration 4"
    assert (kept.info.run_name, kept.info.status) == ("dcgan lsgan", "FINISHED")
    artifacts = tmp_path / "store" / kept.info.experiment_id / kept.info.run_id / "artifacts"
    with Image.open(artifacts / "pictures" / "samples" / "00000004.png") as picture:
        assert picture.size == (20, 10)
    assert json.loads((artifacts / "configuration.json").read_text()) == {"loss": {"a": 0.5}}
    assert (artifacts / "report.html").read_text() == "<p>report</p>"


def test_a_session_that_goes_on_is_the_same_run_although_it_is_longer(tmp_path):
    for step in (1, 2):
        watching = begun(tmp_path, tmp_path / "store", step - 1, iterations=step)
        watching.log_metrics({"value": 0.0}, step)
        watching.end("interrupted")

    client, (kept,) = runs_in(tmp_path / "store")
    history = client.get_metric_history(kept.info.run_id, "game/value")
    assert [point.step for point in history] == [1, 2]
    assert kept.info.run_id == (tmp_path / "mlflow" / "id").read_text()
    assert (kept.data.params["iterations"], kept.info.status) == ("1", "KILLED")


def test_where_the_earlier_run_is_not_known_another_one_begins(tmp_path):
    for store in ("one", "other"):
        begun(tmp_path, tmp_path / store).end("finished")

    assert len(runs_in(tmp_path / "one")[1]) == len(runs_in(tmp_path / "other")[1]) == 1
    assert runs_in(tmp_path / "one")[1][0].info.status == "FINISHED"


def test_a_server_that_is_not_there_is_named_once_and_the_run_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.warns(UserWarning, match="MLflow failed .* is complete without it") as said:
        watching = begun(tmp_path, "http://127.0.0.1:9")
    watching.log_metrics({"value": 0.0}, 1)
    watching.end("finished")

    assert len(said) == 1


def test_one_that_never_began_ends_without_a_file(tmp_path):
    MLflow(tmp_path, experiment="mine", tracking_uri=str(tmp_path / "store")).end("failed")

    assert list(tmp_path.iterdir()) == []
