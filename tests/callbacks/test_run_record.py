"""A run's record: written when training starts and ends, untouched before."""

import json

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.run_record import RunRecord
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.metrics_file import MetricsFile
from tests.training.conftest import fit, tiny_gan


def record_in(tmp_path):
    directory = RunDirectory(tmp_path)
    directory.open(new=True)
    log = MetricsLog(MetricsFile(directory.metrics), 1)
    return RunRecord(directory, {"config.yaml": "seed: 7\n"}, 7, log), log


def test_training_replaces_the_record_of_an_earlier_session(tmp_path):
    record, log = record_in(tmp_path)
    (tmp_path / "summary.json").write_text("of an earlier session")
    module = tiny_gan()

    trainer = fit(module, 3, callbacks=[record, log])

    assert not (tmp_path / "summary.json").exists()
    start = json.loads((tmp_path / "start.json").read_text())
    assert start["reference"]["d_real"] == 0.5
    assert start["watched"] == ["d_real", "d_fake"]
    assert start["hardware"]["device"] == "cpu"
    assert (tmp_path / ".hydra" / "config.yaml").read_text() == "seed: 7\n"
    record.close("finished", trainer, module)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["status"], summary["iterations"], summary["seed"]) == ("finished", 3, 7)


def test_an_attempt_that_never_trains_leaves_the_record_as_it_is(tmp_path):
    record, _ = record_in(tmp_path)
    (tmp_path / "summary.json").write_text("of an earlier session")

    record.close("failed", None, tiny_gan())

    assert (tmp_path / "summary.json").read_text() == "of an earlier session"
    assert not (tmp_path / ".hydra" / "config.yaml").exists()
