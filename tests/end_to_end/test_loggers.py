"""The loggers besides metrics.csv, with the real libraries."""

import pytest

from gan_lab.callbacks import loggers
from gan_lab.callbacks.loggers import has_wandb_key

FAST = ("debug=fast", "data=digits", "model.width=4", "trainer=cpu")


def steps_in_tensorboard(directory):
    """Return the iterations of the scalars, then those of the grids."""
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    events = event_accumulator.EventAccumulator(str(directory / "tensorboard"))
    events.Reload()
    found = (events.Scalars("loss/generator"), events.Images("samples"))
    return [[event.step for event in each] for each in found]


def test_tensorboard_gets_the_scalars_and_the_grids_and_forgets_what_a_continued_run_repeats(run):
    outcome = run(*FAST, "logger=tensorboard", "checkpoint_every=2")

    assert steps_in_tensorboard(outcome.directory) == [[2, 4], [2, 4]]

    earlier = outcome.directory / "checkpoints" / "previous.ckpt"
    assert run(f"ckpt={earlier}", "iterations=6").status == 0
    assert steps_in_tensorboard(outcome.directory) == [[2, 4, 6], [2, 4, 6]]


def test_wandb_without_a_key_records_offline_and_says_how_to_send_it(run, monkeypatch, tmp_path):
    for name in ("WANDB_API_KEY", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    monkeypatch.setenv("WANDB_SILENT", "true")

    outcome = run(*FAST, "logger=[csv,wandb]", "logger.wandb.tags=[digits]")

    (recorded,) = (outcome.directory / "wandb").glob("offline-run-*")
    assert outcome.status == 0
    assert "wandb sync" in outcome.out
    assert next(recorded.glob("*.wandb")).stat().st_size > 0
    assert list(recorded.rglob("*.png"))


def test_an_offline_wandb_run_that_goes_on_is_a_further_segment_of_its_group(run, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    started = []

    class Noting(loggers.WandbLogger):
        @property
        def experiment(self):
            experiment = super().experiment
            if experiment.id not in [segment.id for segment in started]:
                started.append(experiment)
            return experiment

    monkeypatch.setattr(loggers, "WandbLogger", Noting)
    words = (*FAST, "logger=wandb", "resume=auto")

    ended = [run(*words, f"iterations={iterations}").status for iterations in (2, 4, 6)]

    assert ended == [0, 0, 0]
    (group,) = {segment.group for segment in started}
    assert [segment.id for segment in started] == [f"{group}-{k}" for k in (1, 2, 3)]
    assert [segment.job_type for segment in started] == [f"segment-{k}" for k in (1, 2, 3)]


def test_with_a_connection_a_continued_run_is_the_same_wandb_run(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "online")
    (tmp_path / "wandb" / "run-20261121_080000-0a1b2c3d").mkdir(parents=True)
    (tmp_path / "wandb" / "latest-run").symlink_to("run-20261121_080000-0a1b2c3d")

    logger = loggers.wandb_logger(tmp_path, "gan_lab", None, None, [])

    assert logger.version == "0a1b2c3d"
    assert logger._wandb_init["resume"] == "allow"


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
