"""The words that say where parts from outside are, repeated."""

import shlex
from pathlib import Path

import pytest

from gan_lab.config.outside_words import is_about_outside, python_command, with_one_search_path


def test_one_word_names_all_folders():
    words = ["-m", "--config-dir=a", "seed=1", "hydra.searchpath=[b]", "+hydra.searchpath=[b]"]

    found = with_one_search_path(words, [Path("/a"), Path("/it's b")])

    assert found == ["-m", "seed=1", r"hydra.searchpath=['/a','/it\'s b']"]
    assert with_one_search_path(["seed=1"], []) == ["seed=1"]


@pytest.mark.parametrize("word", ["plugins=[a]", "+plugins=a", "hydra.searchpath=[b]"])
def test_they_are_known(word):
    assert is_about_outside(word)
    assert not is_about_outside(f"data.{word}")


def test_a_command_is_for_a_shell():
    assert shlex.split(python_command("ckpt='a b'"))[3:] == ["ckpt='a b'"]


@pytest.fixture
def options(tmp_path):
    (tmp_path / "options" / "experiment").mkdir(parents=True)
    short = tmp_path / "options" / "experiment" / "short.yaml"
    short.write_text(
        "# @package _global_\niterations: 2\ndata: {limit: 16}\nbatch_size: 8\n"
        "defaults:\n  - override /data: digits\n  - override /evaluation: none\n"
    )
    return tmp_path / "options"


@pytest.mark.slow
@pytest.mark.parametrize("typed", [["--config-dir", "options"], ["hydra.searchpath=[options]"]])
def test_a_run_repeats_them_on_its_page_and_in_what_it_prints_and_goes_on_by_that(
    typed, run, options, tmp_path
):
    outcome = run(*typed, "experiment=short", "model.width=2", "trainer=cpu")

    assert outcome.status == 0, outcome.err
    word = f"hydra.searchpath=['{options}']"
    printed = shlex.split(outcome.out.split("Train on")[1])
    assert word in printed
    assert "hydra.searchpath" in (outcome.directory / "report.html").read_text()
    assert run(*printed[3:]).status == 0
    without = run("task=sample", printed[3])
    assert (without.status, without.err) == (0, "")


def test_near_misses_know_added_folders(run, options):
    outcome = run("--config-dir", str(options), "experiment=shrt")

    assert outcome.err == "gan_lab: experiment=shrt is not known. Did you mean 'short'?\n"


def test_a_yaml_file_cannot_name_a_plug_in(run, options):
    evil = options / "experiment" / "evil.yaml"
    evil.write_text("# @package _global_\nplugins: [antigravity]\n")

    outcome = run("--config-dir", str(options), "experiment=evil")

    assert outcome.status == 1
    assert "plugins=[antigravity] stands in a YAML file" in outcome.err
