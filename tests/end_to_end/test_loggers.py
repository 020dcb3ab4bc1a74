"""Runs that are watched, with the real libraries and with servers that do not do their part."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import wandb
import yaml
from PIL import Image

from gan_lab.callbacks.weights_and_biases import has_wandb_key
from gan_lab.runs.metrics_file import read_metrics
from gan_lab.runs.panels import in_panel
from tests.end_to_end.conftest import without_first_use
from tests.end_to_end.test_command_line import summary_of
from tests.end_to_end.test_sweeps import MLP
from tests.end_to_end.wandb_server import stand_in
from tests.imports import train_without
from tests.processes import finish, start, together
from tests.wandb_record import read

ROOT = Path(__file__).parents[2]
SECONDS = "training/seconds"  # in every row of metrics.csv
FAST = ("debug=fast", "data=digits", "model.width=4", "trainer=cpu")


def rows_with(record, name):
    return [row for row in record.rows if name in row]


def events_in(directory):
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    events = event_accumulator.EventAccumulator(str(directory / "tensorboard"))
    events.Reload()
    return events


def test_tensorboard_gets_scalars_grids_and_histograms_and_forgets_what_a_continued_run_repeats(
    run,
):
    outcome = run(*FAST, "logger=tensorboard", "checkpoint_every=2")
    events = events_in(outcome.directory)

    for row in read_metrics(outcome.directory / "metrics.csv"):
        for name, value in row.items():
            if name != "iteration":
                points = {event.step: event.value for event in events.Scalars(in_panel(name))}
                assert points[row["iteration"]] == pytest.approx(value, rel=1e-6), name
    assert [event.step for event in events.Images("pictures/samples")] == [2, 4]
    assert [event.step for event in events.Images("pictures/real")] == [0]
    assert {"_hparams_/experiment", "_hparams_/session_end_info"} <= {*events.summary_metadata}
    (histogram,) = events.Histograms("modes/histogram")
    record = json.loads((outcome.directory / "evaluation" / "00000004.json").read_text())
    assert histogram.histogram_value.bucket == record["histogram"]

    earlier = outcome.directory / "checkpoints" / "previous.ckpt"
    assert run(f"ckpt={earlier}", "iterations=6").status == 0
    events = events_in(outcome.directory)
    assert [event.step for event in events.Scalars("game/loss/generator")] == [2, 4, 6]
    assert [event.step for event in events.Images("pictures/samples")] == [2, 4, 6]


def test_wandb_without_a_key_records_metrics_media_and_configuration(run, wandb_session):
    outcome = run(*FAST, "logger=[csv,wandb]", "logger.wandb.tags=[mine]")
    record = read(outcome.directory)

    assert (outcome.status, record.exit_code) == (0, 0)
    assert f"`wandb sync {outcome.directory}/wandb/offline-run-*`" in outcome.out
    assert without_first_use(outcome.err) == []
    for row in read_metrics(outcome.directory / "metrics.csv"):
        (logged,) = (it for it in rows_with(record, SECONDS) if it["iteration"] == row["iteration"])
        assert {name: logged.get(name, logged.get(in_panel(name))) for name in row} == row
    assert record.x_axis == "iteration"
    assert all("iteration" in row for row in record.rows)

    (folder,) = (outcome.directory / "wandb").glob("offline-run-*")
    for row in rows_with(record, "pictures/samples"):
        drawn = outcome.directory / "samples" / f"{row['iteration']:08d}.png"
        with (
            Image.open(drawn) as ours,
            Image.open(folder / "files" / row["pictures/samples"]["path"]) as its,
        ):
            assert its.tobytes() == ours.tobytes()
    assert [row["iteration"] for row in rows_with(record, "pictures/samples")] == [2, 4]
    assert [row["iteration"] for row in rows_with(record, "pictures/real")] == [0]
    (counted,) = rows_with(record, "modes/histogram")
    evaluation = json.loads((outcome.directory / "evaluation" / "00000004.json").read_text())
    assert counted["modes/histogram"]["values"] == evaluation["histogram"]

    composed = yaml.safe_load((outcome.directory / ".hydra" / "config.yaml").read_text())
    del record.config["_wandb"]
    assert record.config.keys() == composed.keys()
    assert record.config["loss"] == composed["loss"]
    assert list(record.about.tags) == ["mine", *FAST]
    assert record.about.display_name == "digits width=4"
    summary = summary_of(outcome.directory)["metrics"]
    best = {f"best/{name}": it["best"] for name, it in summary.items() if it["best"] is not None}
    assert {name: record.summary[name] for name in best} == best
    assert (record.about.run_group, record.about.job_type) == ("", "train")


@pytest.mark.slow
def test_offline_sessions_of_a_run_become_one_when_they_are_sent(run, wandb_session, tmp_path):
    words = (*FAST, "logger=wandb", "resume=auto")
    ended = [run(*words, f"iterations={iterations}").status for iterations in (2, 4, 6)]

    wandb.teardown()  # its process may still be writing
    sessions = sorted((tmp_path / "run" / "wandb").glob("offline-run-*"))
    with stand_in("honest") as server:
        for name, value in server.environment.items():
            wandb_session.setenv(name, value)
        sync = [sys.executable, "-m", "wandb", "sync", *map(str, sessions)]
        subprocess.run(sync, check=True, capture_output=True, timeout=120)

    assert ended == [0, 0, 0]
    ((_, history),) = server.histories.items()
    rows = [history[place] for place in sorted(history)]
    assert [row["iteration"] for row in rows if SECONDS in row] == [2, 4, 6]
    assert list(history) == list(range(len(rows)))


@pytest.mark.slow
def test_with_a_connection_a_continued_run_is_the_same_wandb_run(tmp_path):
    words = (*FAST, "logger=wandb", "resume=auto", "hydra.run.dir=run")
    with stand_in("honest") as server:
        for iterations in (2, 4):
            one = start(*words, f"iterations={iterations}", cwd=tmp_path, **server.environment)
            status, out, err = finish(one)
            assert (status, without_first_use(err)) == (0, [])

    (name,) = server.histories
    assert f"/someone/gan_lab/runs/{name}" in out
    assert "report" in server.artifacts
    rows = [row for _, row in sorted(server.histories[name].items())]
    assert [row["iteration"] for row in rows if SECONDS in row] == [2, 4]
    assert sum("samples_" in name for name in server.uploads) == 2


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["errors", "silent"])
def test_a_server_that_does_not_let_a_run_begin_costs_a_bounded_time(tmp_path, behaviour):
    # The run must end within the minutes that `finish` waits, in which W&B would still be trying.
    words = (*FAST, "logger=wandb", "logger.wandb.init_timeout=2", "hydra.run.dir=run")
    with stand_in(behaviour) as server:
        status, out, err = finish(start(*words, cwd=tmp_path, **server.environment))

    assert (status, without_first_use(err)) == (0, [])
    assert "W&B: no connection" in out
    assert_intact(tmp_path / "run")
    record = read(tmp_path / "run")
    assert [row["iteration"] for row in rows_with(record, SECONDS)] == [2, 4]
    tries = [folder.name for folder in (tmp_path / "run" / "wandb").glob("*run-*")]
    assert {name.rpartition("-")[2] for name in tries} == {record.about.run_id}


@pytest.mark.slow
@pytest.mark.parametrize("goes_bad", ["errors", "silent"])
def test_a_server_that_is_lost_during_a_run_costs_a_bounded_time(tmp_path, goes_bad):
    words = (
        *FAST, "logger=wandb", "logger.wandb.finish_timeout=3", "logger.wandb.checkpoints=true",
        "samples_every=10", "iterations=200", "hydra.run.dir=run",
    )  # fmt: skip
    often = {"WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL": "1"}
    with stand_in("honest", goes_bad) as server:
        status, out, err = finish(start(*words, cwd=tmp_path, **server.environment, **often))

    assert status == 0
    assert server.behaviour == goes_bad
    assert sum(len(rows) for rows in server.histories.values()) < 100
    assert len(err.splitlines()) == 1
    assert f"wandb sync --include-online {tmp_path}/run/wandb/run-" in err
    assert "Finished 200 iterations" in out
    assert_intact(tmp_path / "run", 200)
    rows = rows_with(read(tmp_path / "run"), SECONDS)
    assert [row["iteration"] for row in rows] == list(range(2, 201, 2))


def assert_intact(directory, iterations=4):
    summary = summary_of(directory)
    assert (summary["status"], summary["iterations"]) == ("finished", iterations)
    assert read_metrics(directory / "metrics.csv")[-1]["iteration"] == iterations
    assert (directory / "checkpoints" / "last.ckpt").exists()
    assert (directory / "samples" / f"{iterations:08d}.png").exists()


@pytest.mark.slow
def test_of_several_processes_only_the_first_opens_a_run(tmp_path, wandb_session):
    words = (*FAST, "trainer=ddp_sim", "logger=[wandb,tensorboard]", "hydra.run.dir=run")

    status, out, err = finish(start(*words, cwd=tmp_path))

    assert (status, without_first_use(err)) == (0, [])
    assert out.count("W&B:") == 1
    assert len(list((tmp_path / "run" / "wandb").glob("offline-run-*"))) == 1
    assert len(list((tmp_path / "run" / "tensorboard").iterdir())) == 1


@pytest.mark.slow
def test_each_job_of_a_sweep_has_its_own_run_in_the_group_of_the_sweep(tmp_path, wandb_session):
    words = ("-m", *MLP, "iterations=2", "log_every=2", "logger=wandb", "seed=3,4")

    status, _, err = finish(start(*words, "hydra.sweep.dir=multirun/seeds", cwd=tmp_path))

    assert (status, without_first_use(err)) == (0, [])
    records = [read(tmp_path / "multirun" / "seeds" / job) for job in "01"]
    assert [record.about.run_group for record in records] == ["seeds", "seeds"]
    assert [record.about.job_type for record in records] == ["train", "train"]
    assert [record.about.display_name.split()[-1] for record in records] == ["seed=3", "seed=4"]
    assert [record.config["seed"] for record in records] == [3, 4]
    assert [len(rows_with(record, SECONDS)) for record in records] == [1, 1]


@pytest.mark.slow
def test_the_sweep_of_the_docs_drives_the_command_line_as_an_agent_of_w_and_b_does(
    tmp_path, wandb_session
):
    utils = pytest.importorskip("wandb.sdk.launch.sweeps.utils")
    sweep = yaml.safe_load((ROOT / "docs" / "wandb_sweep.yaml").read_text())
    chosen = {name: {"value": it.get("min", 16)} for name, it in sweep["parameters"].items()}
    (tmp_path / "parameters.yaml").write_text(yaml.safe_dump(chosen))
    wandb_session.setenv("WANDB_SWEEP_ID", "5weep")
    wandb_session.setenv("WANDB_RUN_ID", "0123abcd")
    wandb_session.setenv("WANDB_SWEEP_PARAM_PATH", str(tmp_path / "parameters.yaml"))

    env, python, *command, arguments = utils.create_sweep_command(sweep["command"])
    assert (env, python, arguments) == ("${env}", "python", "${args_no_hyphens}")
    words = utils.create_sweep_command_args({"args": chosen})["args_no_hyphens"]
    done = subprocess.run(
        [sys.executable, *command, *words, *FAST], cwd=tmp_path, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")
    record = read(tmp_path / "outputs" / "5weep" / "0123abcd")
    assert (record.about.run_id, record.about.sweep_id) == ("0123abcd", "5weep")
    assert record.config["latent"]["dim"] == 16
    assert record.config["optimizer"]["generator"]["lr"] == 1e-4


@pytest.mark.slow
def test_wandb_is_imported_only_where_it_is_chosen(tmp_path):
    together(1, train_without, ["wandb", "tensorboard"], [*FAST, "hydra.run.dir=run"], tmp_path)

    assert summary_of(tmp_path / "run")["status"] == "finished"


def test_a_wandb_key_is_found_in_the_environment_and_in_netrc(monkeypatch, tmp_path):
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert not has_wandb_key()

    (tmp_path / "netrc").write_text("machine api.wandb.ai login user password 0123\n")
    assert has_wandb_key()
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.example.org")
    assert not has_wandb_key()
    monkeypatch.setenv("WANDB_API_KEY", "0123")
    assert has_wandb_key()
