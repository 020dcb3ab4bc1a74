"""Where a run keeps its files."""

import pytest

from gan_lab.config.run_directory import run_directory


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("RANK", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)


def test_a_new_run_gets_a_directory_that_nobody_has(tmp_path):
    assert run_directory("train", None, "outputs/noon") == "outputs/noon"
    assert run_directory("train", None, "outputs/noon") == "outputs/noon"  # Hydra asks again

    (tmp_path / "outputs" / "one").mkdir(parents=True)
    assert run_directory("train", None, "outputs/one") == "outputs/one-2"


def test_a_checkpoint_is_continued_where_it_lies(tmp_path):
    ckpt = "mine/checkpoints/last.ckpt"

    assert run_directory("train", ckpt, "outputs/a") == str(tmp_path / "mine")
    assert run_directory("train", "last.ckpt", "outputs/b") == "outputs/b"
    assert run_directory("train", "https://a.example/checkpoints/last.ckpt", "c") == "c"


@pytest.mark.parametrize("variable", ["RANK", "SLURM_PROCID"])
def test_further_processes_and_other_tasks_make_none(monkeypatch, tmp_path, variable):
    assert run_directory("sample", None, "outputs/noon") == "."
    monkeypatch.setenv(variable, "0")
    assert run_directory("train", None, "outputs/first") == "outputs/first"
    monkeypatch.setenv(variable, "3")
    assert run_directory("train", None, "outputs/second") == "."
    # All look at the same checkpoint, so that all go on or none does.
    assert run_directory("train", "mine/checkpoints/last.ckpt", "c") == str(tmp_path / "mine")
