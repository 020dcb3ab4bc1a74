"""A command within a program leaves the program's own state as it was."""

import os
import warnings

import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf.basecontainer import BaseContainer

from gan_lab import terminal
from gan_lab.config import plugins
from gan_lab.config.plain import words_typed
from gan_lab.errors import ConfigError
from gan_lab.library.session import session

SAMPLE = ("task=sample", "n=3")


def test_hydra_knows_the_command_within_and_nothing_afterwards():
    before = dict(BaseContainer._resolvers)
    with session(*SAMPLE) as (config, task):
        assert words_typed() == [*SAMPLE]
        assert (config.n, task.__module__) == (3, "gan_lab.tasks.sample")

    assert not HydraConfig.initialized()
    assert not GlobalHydra.instance().is_initialized()
    assert before == BaseContainer._resolvers


def test_a_hydra_application_goes_on_as_if_nothing_had_been(tmp_path):
    (tmp_path / "mine.yaml").write_text("lr: 1\nwhere: ${hydra:job.name}\n")
    with initialize_config_dir(str(tmp_path), job_name="mine", version_base="1.3"):
        HydraConfig.instance().set_config(compose("mine", return_hydra_config=True))
        try:
            with session(*SAMPLE):
                assert HydraConfig.get().job.name == "gan_lab"

            assert HydraConfig.get().job.name == "mine"
            assert compose("mine", ["lr=2"]).lr == 2
        finally:
            HydraConfig.instance().cfg = None


def test_a_session_within_a_session_is_another_command():
    with session(*SAMPLE):
        with session("task=list"):
            assert words_typed() == ["task=list"]
        assert words_typed() == [*SAMPLE]


def test_random_numbers_warnings_and_plugins_stay_the_programs_own(example_lab):
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    shown = warnings.formatwarning
    with session(*SAMPLE, "plugins=[example_lab]"):
        torch.manual_seed(0)
        assert plugins.typed() == ("example_lab",)
        assert warnings.formatwarning is terminal.as_warning

    assert torch.equal(torch.rand(2), expected)
    assert warnings.formatwarning is shown
    assert plugins.typed() == ()


def test_a_variable_of_the_environment_is_set_for_as_long():
    with session(*SAMPLE, "+hydra.job.env_set.GAN_LAB_TEST=yes"):
        assert os.environ["GAN_LAB_TEST"] == "yes"

    assert "GAN_LAB_TEST" not in os.environ


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data=dgits"], "Did you mean 'digits'"),
        (["iterations"], "not of the form key=value"),
        (["iteration=5"], "Type iterations=5"),
        ([{"iterations": 5}], "no word of a command"),
        (["-m", "seed=0,1"], "for the command line alone"),
        (["seed=0,1"], "has several values"),
        (["trainer.max_steps=5"], "Type iterations=5"),
        (["batch_size=none"], "batch_size=none must be"),
    ],
)
def test_wrong_words_are_mistakes_in_words(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError, match=message), session(*words):
        pytest.fail("it was taken")

    assert not HydraConfig.initialized()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
