"""gan_lab.train: runs within a program, which goes on after each."""

import os
import signal
import sys
import threading

import pytest

import gan_lab
from gan_lab.errors import CheckpointError, ConfigError, TrainingError
from gan_lab.training.gan import GAN
from tests.end_to_end.conftest import FAST

NO_WIDTH = [word for word in FAST if not word.startswith("model.width=")]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_several_runs_in_one_program(tmp_path):
    first = gan_lab.train(*FAST, "loss=lsgan")
    second = gan_lab.train(*FAST, "iterations=2", directory=tmp_path / "a run")

    assert first.directory.is_relative_to(tmp_path / "outputs")
    assert (first.status, first.iterations, second.iterations) == ("finished", 4, 2)
    assert second.directory == tmp_path / "a run"
    assert second.checkpoint == tmp_path / "a run" / "checkpoints" / "last.ckpt"
    assert first.report.exists()
    assert [path.name for path in first.samples] == ["00000002.png", "00000004.png"]
    assert first.scores["loss/generator"]["last"] is not None
    assert first.load(device="cpu").config["loss"]["_target_"].endswith("LeastSquares")


def test_a_run_of_a_plugin_knows_it(example_lab):
    run = gan_lab.train(*NO_WIDTH, "plugins=[example_lab]", "model=linear")

    assert "example_lab" in str(type(run.load(device="cpu").generator))
    with pytest.raises(CheckpointError, match=r"add plugins=\[example_lab\] if you trust it"):
        gan_lab.load(run.directory)


def test_a_run_goes_on(tmp_path):
    run = gan_lab.train(*FAST, "iterations=2")

    longer = gan_lab.train(f"ckpt={run.checkpoint}", "iterations=4")

    assert (longer.directory, longer.iterations) == (run.directory, 4)


def test_metrics_are_a_table_of_pandas_where_it_is_installed(monkeypatch):
    run = gan_lab.train(*FAST)
    monkeypatch.setitem(sys.modules, "pandas", None)

    assert [row["iteration"] for row in run.metrics] == [2, 4]

    class Pandas:
        DataFrame = tuple

    monkeypatch.setitem(sys.modules, "pandas", Pandas)
    assert run.metrics[1]["iteration"] == 4


def test_ctrl_c_ends_the_run_and_not_the_program(monkeypatch):
    step = GAN.training_step

    def step_and_interrupt(module, *batch):
        step(module, *batch)
        if module.iteration == 3:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(GAN, "training_step", step_and_interrupt)
    before = signal.getsignal(signal.SIGINT)

    run = gan_lab.train(*FAST, "iterations=1000")

    assert (run.status, run.iterations) == ("interrupted", 3)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_in_another_thread_leaves_signals_alone():
    runs = []
    thread = threading.Thread(target=lambda: runs.append(gan_lab.train(*FAST, "iterations=2")))
    thread.start()
    thread.join()

    assert [run.status for run in runs] == ["finished"]


def test_a_run_that_fails_is_an_exception_and_keeps_what_it_has(spoiled, tmp_path):
    with pytest.raises(TrainingError):
        gan_lab.train(*FAST, directory=tmp_path / "run")

    assert (tmp_path / "run" / "summary.json").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["task=sample", "n=3"], "task=sample does not train"),
        (["trainer.devices=2"], "which only a command starts"),
        (["model.width=x"], "model.width=x must be"),
    ],
)
def test_what_cannot_be_trained_is_refused(words, message, tmp_path):
    others = FAST if words[0] != "task=sample" else ()
    with pytest.raises(ConfigError, match=message):
        gan_lab.train(*others, *words, directory=tmp_path / "run")


def test_a_directory_that_holds_a_run_is_refused(tmp_path):
    run = gan_lab.train(*FAST, "iterations=2")

    with pytest.raises(ConfigError, match="already holds a run"):
        gan_lab.train(*FAST, directory=run.directory)
