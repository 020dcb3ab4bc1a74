"""Where a run keeps its files."""

import multiprocessing

import pytest
from omegaconf import OmegaConf

from gan_lab.config.run_directory import own_directory, register, run_directory

FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    own_directory.cache_clear()
    for name in ("RANK", "LOCAL_RANK", "SLURM_PROCID"):
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


@pytest.mark.parametrize("variable", ["RANK", "LOCAL_RANK", "SLURM_PROCID"])
def test_further_processes_and_other_tasks_make_none(monkeypatch, tmp_path, variable):
    assert run_directory("sample", None, "outputs/noon") == "."
    monkeypatch.setenv(variable, "0")
    assert run_directory("train", None, "outputs/first") == "outputs/first"
    monkeypatch.setenv(variable, "3")
    assert run_directory("train", None, "outputs/second") == "."
    # All look at the same checkpoint, so that all go on or none does.
    assert run_directory("train", "mine/checkpoints/last.ckpt", "c") == str(tmp_path / "mine")


def claim(start, answers):
    start.wait()
    answers.put(own_directory("outputs/day/noon"))


def test_commands_that_begin_in_the_same_second_get_one_each(tmp_path):
    start, answers = FORK.Event(), FORK.Queue()
    commands = [FORK.Process(target=claim, args=(start, answers)) for _ in range(8)]
    for command in commands:
        command.start()
    start.set()
    names = [answers.get(timeout=60) for _ in commands]
    for command in commands:
        command.join()

    assert sorted(names) == ["outputs/day/noon", *(f"outputs/day/noon-{n}" for n in range(2, 9))]
    assert all((tmp_path / name).is_dir() for name in names)


def test_a_command_after_another_in_the_same_process_gets_one_of_its_own():
    assert own_directory("outputs/noon") == "outputs/noon"

    register()

    assert own_directory("outputs/noon") == "outputs/noon-2"


@pytest.mark.parametrize("what", ["a file", "a link that leads nowhere"])
def test_a_name_that_is_taken_is_passed_over_whatever_has_it(tmp_path, what):
    (tmp_path / "outputs").mkdir()
    if what == "a file":
        (tmp_path / "outputs" / "noon").touch()
    else:
        (tmp_path / "outputs" / "noon").symlink_to("nowhere")

    assert own_directory("outputs/noon") == "outputs/noon-2"


def test_where_nothing_can_be_made_the_name_is_left_for_hydra_to_fail_at(tmp_path):
    (tmp_path / "outputs").write_text("a file where a folder should be")

    assert own_directory("outputs/noon") == "outputs/noon"


def test_the_jobs_of_a_sweep_find_its_directory_in_the_configuration_they_are_sent():
    register()
    sweep = OmegaConf.create({"dir": "${own_directory:multirun/noon}"})
    assert sweep.dir == "multirun/noon"

    own_directory.cache_clear()  # as in another process
    job = OmegaConf.create({"dir": "${own_directory:multirun/noon}"})
    OmegaConf.copy_cache(from_config=sweep, to_config=job)

    assert job.dir == "multirun/noon"
