"""What the real W&B records offline, and that its failures stay its own."""

import json

import numpy as np
import pytest
from PIL import Image

from gan_lab.callbacks.dashboards import WatchedRun
from gan_lab.callbacks.weights_and_biases import WeightsAndBiases
from tests.wandb_record import read

pytestmark = pytest.mark.usefixtures("wandb_session")

OUTCOME = {
    "fid": {"last": 30.0, "best": 20.0, "best_iteration": 2},
    "lr/generator": {"last": 0.1, "best": None, "best_iteration": None},
}


def dashboard(folder, **changes):
    settings = {
        "project": "mine", "name": None, "group": None, "tags": [], "checkpoints": False,
        "init_timeout": 30.0, "finish_timeout": 30.0,
    }  # fmt: skip
    return WeightsAndBiases(folder, **settings | changes)


def begun(folder, overrides=(), sweep=None, shown_as="", **changes):
    watching = dashboard(folder, **changes)
    run = WatchedRun(
        "train", {"loss": {"a": 0.5}}, overrides, sweep, shown_as, images_per_iteration=10
    )
    watching.begin(run)
    return watching


def test_curves_pictures_histograms_and_alerts_are_recorded_over_iterations(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (10, 20), dtype=np.uint8)
    watching = begun(tmp_path)
    watching.log_metrics({"iteration": 3, "images_seen": 30, "value": -1.5, "fid": 9.0}, 3)
    watching.log_picture("samples", Image.fromarray(pixels), 4)
    watching.log_histogram("modes/histogram", [5, 0, 7], 4)
    watching.alert("Mode collapse", "collapse at iteration 4", 4)
    watching.end("finished")

    record = read(tmp_path)

    curves, picture, histogram = record.rows
    assert record.x_axis == "iteration"
    assert [row["iteration"] for row in record.rows] == [3, 4, 4]
    assert [row["images_seen"] for row in record.rows] == [30, 40, 40]
    assert {"game/value", "fidelity/fid"} == {name for name in curves if "/" in name}
    assert curves["game/value"] == -1.5
    (folder,) = (tmp_path / "wandb").glob("offline-run-*")
    stored = Image.open(folder / "files" / picture["pictures/samples"]["path"])
    assert np.array_equal(np.asarray(stored), pixels)
    assert histogram["modes/histogram"]["_type"] == "histogram"
    assert histogram["modes/histogram"]["values"] == [5, 0, 7]
    assert histogram["modes/histogram"]["bins"] == [-0.5, 0.5, 1.5, 2.5]
    assert record.alerts == [("Mode collapse", "collapse at iteration 4")]
    assert record.config["loss"] == {"a": 0.5}
    assert record.exit_code == 0


def test_a_job_has_a_short_name_and_is_tagged_by_its_overrides_and_grouped_by_its_sweep(tmp_path):
    overrides = ["loss=lsgan", "seed=1", "logger=wandb", f"data.dir=/{'very' * 20}/long"]

    begun(tmp_path, overrides, "losses", "dcgan-mnist lsgan seed=1", tags=["mine"]).end("failed")

    record = read(tmp_path)
    assert record.about.project == "mine"
    assert record.about.display_name == "dcgan-mnist lsgan seed=1"
    assert list(record.about.tags) == ["mine", "loss=lsgan", "seed=1"]
    assert (record.about.run_group, record.about.job_type) == ("losses", "train")
    assert record.exit_code == 1


def test_what_is_typed_goes_before_what_is_found(tmp_path):
    begun(tmp_path, ["seed=1"], "losses", "seed=1", name="mine", group="ours").end("finished")

    about = read(tmp_path).about
    assert (about.display_name, about.run_group) == ("mine", "ours")


def test_the_summary_has_the_best_and_the_files_come_with_the_metrics(tmp_path):
    (tmp_path / "report.html").write_text("<p>report</p>")
    (tmp_path / "checkpoints").mkdir()
    for name in ("best.ckpt", "last.ckpt", "previous.ckpt", "manifest.json"):
        (tmp_path / "checkpoints" / name).write_text(name)
    watching = begun(tmp_path, checkpoints=True)
    watching.log_best({"fid": OUTCOME["fid"] | {"best": 40.0}})
    (tmp_path / "summary.json").write_text(json.dumps({"metrics": OUTCOME}))
    watching.end("finished")

    record = read(tmp_path)

    best = {name: value for name, value in record.summary.items() if name.startswith("best/")}
    last = {"fid": 30.0, "lr/generator": 0.1}
    assert best == {"best/fid": 20.0}
    assert record.artifacts == [
        ("report", last, {"report.html"}),
        ("model", last, {"best.ckpt", "last.ckpt", "manifest.json"}),
    ]


def test_without_a_report_and_unless_asked_for_nothing_is_uploaded(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "last.ckpt").write_text("weights")

    begun(tmp_path).end("finished")

    assert read(tmp_path).artifacts == []


def test_all_that_is_written_lies_in_the_run_directory(tmp_path, wandb_session):
    home, elsewhere, run = (tmp_path / name for name in ("home", "elsewhere", "run"))
    for folder in (home, elsewhere, run):
        folder.mkdir()
    (run / "report.html").write_text("<p>report</p>")
    wandb_session.setenv("HOME", str(home))
    wandb_session.chdir(elsewhere)

    begun(run).end("finished")

    assert [path for path in (*home.rglob("*"), *elsewhere.rglob("*")) if path.is_file()] == []


def test_a_session_that_goes_on_is_the_same_run(tmp_path):
    for step in (1, 2):
        watching = begun(tmp_path)
        watching.log_metrics({"value": 0.0}, step)
        watching.end("finished")

    first, second = (read(tmp_path, session) for session in (0, 1))

    assert first.about.run_id == second.about.run_id == (tmp_path / "wandb" / "id").read_text()
    assert [[row["iteration"] for row in session.rows] for session in (first, second)] == [[1], [2]]


def test_an_error_is_said_once_and_the_run_goes_on_without_w_and_b(tmp_path, wandb_session):
    watching = begun(tmp_path)

    def refuse(*_, **__):
        raise BrokenPipeError("the service is gone")

    with (
        wandb_session.context() as patch,
        pytest.warns(UserWarning, match="service is gone") as said,
    ):
        patch.setattr(type(watching._run), "log", refuse)
        watching.log_metrics({"value": 0.0}, 1)
        watching.log_picture("samples", Image.new("L", (2, 2)), 1)
        watching.end("finished")

    assert len(said) == 1
    assert "wandb sync" in str(said[0].message)


def test_one_that_never_began_ends_without_a_run(tmp_path):
    dashboard(tmp_path).end("failed")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "is_offline"),
    [
        ({}, True),
        ({"WANDB_API_KEY": "0123"}, False),
        ({"WANDB_MODE": "online"}, False),  # then W&B asks for a key
    ],
)
def test_without_a_key_a_run_is_offline(tmp_path, wandb_session, environment, is_offline):
    for name, value in environment.items():
        wandb_session.setenv(name, value)

    assert dashboard(tmp_path).offline == is_offline
