"""task=train: what a run leaves, and how it refuses and fails."""

import json

import pytest
import torch
import yaml

from gan_lab.runs.metrics_file import read_metrics
from tests.end_to_end.conftest import FAST


def last(directory):
    return directory / "checkpoints" / "last.ckpt"


def test_a_run_directory_is_what_the_readme_says(evaluated):
    files = {str(path.relative_to(evaluated)) for path in evaluated.rglob("*") if path.is_file()}
    summary = json.loads((evaluated / "summary.json").read_text())
    rows = read_metrics(evaluated / "metrics.csv")

    assert files == {
        ".hydra/config.yaml", ".hydra/hydra.yaml", ".hydra/overrides.yaml",
        "checkpoints/last.ckpt", "checkpoints/previous.ckpt", "checkpoints/best.ckpt",
        "checkpoints/manifest.json", "evaluation/00000002.json", "evaluation/00000002.png",
        "evaluation/00000004.json", "evaluation/00000004.png", "metrics.csv", "report.html",
        "samples/00000002.png", "samples/00000004.png", "samples/real.png", "start.json",
        "summary.json",
    }  # fmt: skip
    assert set(summary) == {
        "status", "iterations", "images_seen", "seconds", "images_per_second", "metrics", "seed",
        "versions", "hardware", "evaluation", "collapses", "best_since",
    }  # fmt: skip
    assert summary["metrics"]["d_real"]["last"] == rows[-1]["d_real"]


def test_a_run_says_where_it_is_and_at_its_end_what_can_be_done_with_it(run):
    outcome = run(*FAST)

    lines = outcome.out.splitlines()
    assert lines[0] == f"Run directory: {outcome.directory}"
    assert any(line.startswith("Finished 4 iterations") for line in lines)
    assert any("d_real" in line for line in lines)
    report, evaluate, train_on = lines[-3:]
    assert report.split() == ["Open", (outcome.directory / "report.html").as_uri()]
    assert evaluate.endswith(f"task=evaluate ckpt={last(outcome.directory)}")
    assert run(*train_on.split()[5:]).status == 0
    assert json.loads((outcome.directory / "summary.json").read_text())["iterations"] == 8
    assert outcome.err == ""


def test_a_directory_that_holds_a_run_is_not_used_for_another(run, finished):
    before = (finished / "metrics.csv").read_bytes()

    outcome = run(*FAST)

    assert outcome.status == 1
    assert "already holds a run" in outcome.err
    assert str(last(finished)) in outcome.err
    assert (finished / "metrics.csv").read_bytes() == before


def test_a_finished_run_says_so_and_can_be_extended(run, finished):
    again = run(f"ckpt={last(finished)}")
    longer = run(f"ckpt={last(finished)}", "iterations=6")

    assert again.status == longer.status == 0
    assert "has finished its 4 iterations" in again.out
    assert [row["iteration"] for row in read_metrics(finished / "metrics.csv")] == [2, 4, 6]
    assert json.loads((finished / "summary.json").read_text())["iterations"] == 6
    assert yaml.safe_load((finished / ".hydra" / "config.yaml").read_text())["iterations"] == 6


def test_checkpoints_of_chosen_iterations_stay_also_of_a_run_that_goes_on(run):
    begun = run(*FAST, "keep_checkpoints=[1,4]")
    longer = run(f"ckpt={last(begun.directory)}", "iterations=9", "keep_checkpoints=3")

    assert begun.status == longer.status == 0
    kept = {path.name for path in (begun.directory / "checkpoints").glob("0*.ckpt")}
    assert kept == {f"{iteration:08d}.ckpt" for iteration in (1, 4, 6, 9)}


def test_a_checkpoint_to_keep_that_is_never_reached_is_refused(run):
    refused = run(*FAST, "keep_checkpoints=[2,5]")

    assert refused.status == 1
    assert refused.err == (
        "gan_lab: keep_checkpoints=[2, 5] has 5, beyond iterations=4. Leave it out, or train "
        "longer.\n"
    )


def test_an_extended_run_equals_one_that_was_that_long_from_the_start(run, finished, tmp_path):
    run(f"ckpt={last(finished)}", "iterations=7")
    run(*FAST, "iterations=7", directory=tmp_path / "whole")

    states = [
        torch.load(last(directory), weights_only=True)["state_dict"]
        for directory in (finished, tmp_path / "whole")
    ]
    assert all(torch.equal(value, states[1][key]) for key, value in states[0].items())


def test_rows_beyond_the_checkpoint_are_gone_after_continuing_from_it(run, finished):
    previous = finished / "checkpoints" / "previous.ckpt"

    run(f"ckpt={previous}", "iterations=5", "log_every=1")

    rows = read_metrics(finished / "metrics.csv")
    assert [row["iteration"] for row in rows] == [2, 3, 4, 5]


def test_a_changed_hyper_parameter_is_shown_and_refused_unless_allowed(run, finished):
    changed = (f"ckpt={last(finished)}", "iterations=6", "optimizer.lr=0.25")

    refused = run(*changed)
    allowed = run(*changed, "allow_config_change=true")

    assert refused.status == 1
    assert "optimizer.lr: 0.001 -> 0.25" in refused.err
    assert "allow_config_change=true" in refused.err
    assert allowed.status == 0
    assert read_metrics(finished / "metrics.csv")[-1]["lr/generator"] == 0.25


def test_a_checkpoint_outside_a_run_is_continued_in_a_new_directory(run, finished, tmp_path):
    copy = tmp_path / "copy.ckpt"
    copy.write_bytes(last(finished).read_bytes())

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run(f"ckpt={copy}", "iterations=6", f"hydra.run.dir={tmp_path / 'new'}")

    assert outcome.status == 0
    assert [row["iteration"] for row in read_metrics(tmp_path / "new" / "metrics.csv")] == [6]
    assert (tmp_path / "new" / ".hydra" / "config.yaml").exists()
    assert [row["iteration"] for row in read_metrics(finished / "metrics.csv")] == [2, 4]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["log_every=${nothing}"], "log_every: Interpolation key 'nothing' not found"),
        (["batch_size=5000"], "batch_size=5000 is larger than the data (64 images)."),
        (["data.classes=[ten]"], "class ten, which is not there"),
        (["data.size=4"], "data.size=4 must be a whole number of at least 8"),
        (["optimizer.lr=-1"], "optimizer.lr=-1 must be a number from 0 to 1,000"),
        (["optimizer.clip_norm=0"], "optimizer.clip_norm=0 must be"),
        (["ema.generator.decay=1.0"], "ema.generator.decay=1.0 must"),
        (["latent.dim=0"], "latent.dim=0 must be a whole number from 1 to 100,000."),
        (["model.width=0"], "model.width=0 must be a whole number from 1"),
        (["trainer=gpu"], "Use trainer=auto or trainer=cpu."),
        (["trainer.devices=two"], "trainer.devices=two must be auto, -1, a whole number from 1 to"),
        (["data=folder"], "data.dir=null"),
        (["data=folder", "data.dir=nowhere"], "nowhere"),
        (["data=tfd", "data.dir=nowhere"], "given out on request only"),
        (["data=mnist", "data.dir=/proc/nowhere"], "/proc/nowhere"),
        (["ckpt=nowhere/checkpoints/last.ckpt"], "does not exist"),
        (["model.generator._target_=os.system"], "_target_=os.system is refused"),
    ],
)  # fmt: skip
def test_a_mistake_ends_in_one_message_and_no_run_that_claims_to_be_whole(
    run, overrides, message, monkeypatch
):
    if torch.cuda.is_available() and overrides == ["trainer=gpu"]:
        pytest.skip("there is a GPU here")
    monkeypatch.setattr("gan_lab.data.mirrors.CONNECTION_SECONDS", 0.01)

    outcome = run(*FAST, *overrides)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err.strip().splitlines()) <= 4
    summary = outcome.directory / "summary.json"
    assert not summary.exists() or json.loads(summary.read_text())["status"] == "failed"


def test_a_run_directory_that_cannot_be_made_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("")

    outcome = run(*FAST, directory=tmp_path / "file" / "run")

    assert outcome.status == 1
    assert "hydra.run.dir" in outcome.err
    assert "Traceback" not in outcome.err


def record_of(directory):
    files = ("summary.json", "metrics.csv", ".hydra/overrides.yaml", ".hydra/config.yaml")
    return [(directory / name).read_bytes() for name in files]


@pytest.mark.parametrize(
    "mistake",
    [["batch_size=99", "allow_config_change=true"], ["data.limit=4", "allow_config_change=true"]],
)
def test_a_refused_attempt_to_continue_leaves_the_record_of_the_run_alone(run, finished, mistake):
    before = record_of(finished)

    outcome = run(f"ckpt={last(finished)}", "iterations=9", *mistake)

    assert outcome.status == 1
    assert record_of(finished) == before


def test_a_refused_second_run_leaves_the_record_of_the_first_alone(run, finished):
    before = record_of(finished)

    assert run(*FAST, "seed=5").status == 1
    assert record_of(finished) == before


def test_continuing_into_another_runs_directory_is_refused(run, finished, tmp_path):
    run(*FAST, "seed=5", directory=tmp_path / "other")
    before = record_of(tmp_path / "other")

    outcome = run(f"ckpt={last(finished)}", "iterations=9", f"hydra.run.dir={tmp_path / 'other'}")

    assert outcome.status == 1
    assert "already holds a run" in outcome.err
    assert record_of(tmp_path / "other") == before


def test_a_refused_command_leaves_no_directory_behind(run, tmp_path):
    before = set(tmp_path.iterdir())

    assert run(*FAST, "batch_size=99").status == 1
    assert run("ckpt=nowhere/checkpoints/last.ckpt").status == 1
    assert set(tmp_path.iterdir()) == before


def test_another_kind_of_optimizer_starts_with_fresh_moments(run, finished):
    outcome = run(
        f"ckpt={last(finished)}", "iterations=6", "optimizer=rmsprop", "allow_config_change=true"
    )

    assert outcome.status == 0, outcome.err


@pytest.mark.slow
def test_a_schedule_can_be_replaced_when_continuing(run, tmp_path):
    words = ["optimizer/schedule=linear", "optimizer.schedule.start=1"]
    run(*FAST, *words, directory=tmp_path / "linear")

    outcome = run(
        f"ckpt={last(tmp_path / 'linear')}", "iterations=6", "optimizer/schedule=constant",
        "allow_config_change=true",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err


def test_weights_that_are_not_finite_are_not_saved_although_their_loss_was(run, spoiled):
    outcome = run(*FAST, "checkpoint_every=1", "log_every=1")

    assert outcome.status == 1
    assert "not finite" in outcome.err
    assert not last(outcome.directory).exists()


def test_a_run_shorter_than_log_every_still_has_a_row(run):
    outcome = run(*FAST, "log_every=50")

    assert [row["iteration"] for row in read_metrics(outcome.directory / "metrics.csv")] == [4]


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_last_good_checkpoint(run):
    outcome = run(
        *FAST, "optimizer=sgd", "loss=lsgan", "iterations=60", "log_every=1",
        "checkpoint_every=1", "optimizer.lr=10",
    )  # fmt: skip

    summary = json.loads((outcome.directory / "summary.json").read_text())
    checkpoint = torch.load(last(outcome.directory), weights_only=True)
    assert outcome.status == 1
    assert "not finite in iteration" in outcome.err
    assert summary["status"] == "failed"
    assert all(torch.isfinite(tensor).all() for tensor in checkpoint["state_dict"].values())


def test_a_mistake_shows_its_traceback_only_where_that_is_asked_for(run):
    plain = run(*FAST, "debug=fast", "ema.generator.decay=7.0")
    traced = run(*FAST, "debug=trace", "ema.generator.decay=7.0")

    assert plain.status == traced.status == 1
    assert plain.err.startswith(
        "gan_lab: ema.generator.decay=7.0 must be a number above 0 and below 1"
    )
    assert "Traceback" in traced.err
    assert traced.err.endswith(plain.err)


def test_profile_leaves_a_report_in_the_run_directory(run):
    outcome = run(*FAST, "trainer.profiler=simple")

    (report,) = outcome.directory.glob("*profile*")
    assert "training_step" in report.read_text()


def test_half_precision_trains_on_a_cpu_and_keeps_full_precision_weights(run):
    outcome = run(*FAST, "trainer.precision=bf16-mixed", "optimizer.clip_norm=1")

    state = torch.load(last(outcome.directory), weights_only=True)["state_dict"]
    assert outcome.status == 0, outcome.err
    assert {tensor.dtype for tensor in state.values()} == {torch.float32, torch.int64}


@pytest.mark.parametrize("schedule", ["linear", "cosine", "exponential"])
def test_a_schedule_lowers_the_rates_that_are_logged(run, schedule):
    fast = ["optimizer.schedule.divisor=2"] if schedule == "exponential" else []

    outcome = run(*FAST, f"optimizer/schedule={schedule}", *fast)

    rates = [row["lr/generator"] for row in read_metrics(outcome.directory / "metrics.csv")]
    assert 0.001 > rates[0] > rates[1]


def test_an_address_of_the_web_is_not_made_a_directory(run, tmp_path):
    assert run("ckpt=https://example.org/RUN/checkpoints/last.ckpt").status == 1
    assert {path.name for path in tmp_path.iterdir()} == {"outputs"}


def test_a_checkpoint_may_have_a_name_that_means_something_to_lightning(run, finished, tmp_path):
    (tmp_path / "last").write_bytes(last(finished).read_bytes())

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run("ckpt=last", "iterations=5")

    assert outcome.status == 0, outcome.err
    assert "Finished 5 iterations" in outcome.out


def test_a_run_directory_may_have_any_name(run, tmp_path):
    directory = tmp_path / "ü 数" / "lr=0.1,x#1 (a)[b]{c}$"
    last = directory / "checkpoints" / "last.ckpt"

    begun = run(*FAST, directory=directory)
    went_on = run(f"ckpt={last}", "iterations=6")
    drawn = run("task=sample", f"ckpt={last}", "trainer=cpu", "n=4", "out=a b/ü.png")

    assert (begun.status, went_on.status, drawn.status) == (0, 0, 0), went_on.err + drawn.err
    assert json.loads((directory / "summary.json").read_text())["iterations"] == 6
    assert (tmp_path / "a b" / "ü.png").exists()
