"""The loggers besides metrics.csv, with the real libraries."""

import pytest

from gan_lab.callbacks.loggers import has_wandb_key

FAST = ("debug=fast", "data=digits", "model.width=4", "trainer=cpu")


def test_tensorboard_gets_the_scalars_and_the_grids(run):
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )

    outcome = run(*FAST, "logger=tensorboard")

    events = event_accumulator.EventAccumulator(str(outcome.directory / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("loss/generator")] == [2, 4]
    assert [event.step for event in events.Images("samples")] == [2, 4]


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
