"""The report during a run: when it is made, and that it costs the run nothing."""

import time

import pytest

from gan_lab.callbacks import report
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.report import Report
from gan_lab.pages import run_page
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.metrics_file import MetricsFile
from tests.training.conftest import fit, recipe, tiny_gan


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(report, "SECONDS_BEFORE", 0)


@pytest.fixture
def directory(tmp_path):
    directory = RunDirectory(tmp_path / "run")
    directory.open(new=True)
    yield directory
    directory.close()


def trained(directory, iterations=6, samples_every=2):
    log = MetricsLog(MetricsFile(directory.metrics), 1)
    callback = Report(directory, samples_every, None, log)
    module = tiny_gan(recipe=recipe(log_every=1))
    fit(module, iterations, callbacks=[log, callback])
    return module, callback


def test_it_is_there_before_the_run_ends_and_follows_it(directory, monkeypatch):
    written = []
    write = run_page.write_run_page
    monkeypatch.setattr(report, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(report, "SHARE", 1e9)
    monkeypatch.setattr(
        run_page,
        "write_run_page",
        lambda where: (write(where), written.append(directory.report.read_text())),
    )

    trained(directory)

    assert len(written) == 3
    assert all("Losses" in page and "running" in page for page in written)
    assert written[0] != written[1]


def test_a_run_of_a_few_seconds_has_it_at_its_end(directory, monkeypatch):
    monkeypatch.setattr(report, "SECONDS_BEFORE", 60)

    _, callback = trained(directory)

    assert not directory.report.exists()
    callback.write()
    assert "Losses" in directory.report.read_text()


def test_it_is_not_made_again_within_half_a_minute(directory, monkeypatch):
    written = []
    monkeypatch.setattr(run_page, "write_run_page", written.append)

    trained(directory, iterations=20, samples_every=1)

    assert written == [directory]


def test_one_that_cannot_be_made_costs_one_warning_and_not_the_run(directory, monkeypatch):
    def fail(where):
        raise OSError("no room")

    monkeypatch.setattr(report, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(report, "SHARE", 1e9)
    monkeypatch.setattr(run_page, "write_run_page", fail)

    with pytest.warns(UserWarning, match=r"no room.*the run goes on.*task=report") as warned:
        module, callback = trained(directory)
        callback.write()

    assert module.iteration == 6
    assert len([one for one in warned if "no room" in str(one.message)]) == 1


def test_its_time_is_left_out_of_the_images_per_second(directory, monkeypatch):
    left_out = []
    monkeypatch.setattr(run_page, "write_run_page", lambda where: time.sleep(0.05))
    monkeypatch.setattr(
        MetricsLog, "add", lambda self, metrics, seconds: left_out.append((metrics, seconds))
    )

    trained(directory, samples_every=1)

    ((metrics, seconds),) = left_out
    assert metrics == {}
    assert seconds >= 0.05
