"""What a checkpoint says of its origin, and what is taken from it when it is read again."""

import sys

import pytest
import torch
import yaml
from omegaconf import OmegaConf

from gan_lab.assembly.saved_config import Reopened, restore_errors_in_words
from gan_lab.config.checkpoint_overrides import ABOUT_THE_COMMAND
from gan_lab.errors import CheckpointError, MemoryLackError, TrainingError
from tests.training.conftest import tiny_gan

FAST = (
    "data=digits", "data.limit=16", "model.width=2", "trainer=cpu", "batch_size=8",
    "trainer.precision=32-true",
    "evaluation=none",
)  # fmt: skip


@pytest.fixture
def trained(run):
    outcome = run(*FAST, "iterations=2", "loss=lsgan", "loss.a=-1")
    assert outcome.status == 0, outcome.err
    return outcome.directory


@pytest.fixture
def reopened():
    checkpoint = {"clock": {"iteration": 2, "images_seen": 16}}
    return Reopened(checkpoint, {}, OmegaConf.create({"ckpt": "x"}), [])


def origin_of(directory):
    checkpoint = torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)
    return checkpoint["config"], checkpoint["overrides"]


def test_a_checkpoint_holds_its_configuration_and_the_words_as_plain_data(trained):
    config, overrides = origin_of(trained)

    assert config["loss"] == {
        "_target_": "gan_lab.losses.adversarial.LeastSquares", "a": -1, "b": 1.0, "c": 1.0,
        "discriminator_weight": 1.0, "generator_weight": 1.0,
    }  # fmt: skip
    assert overrides == [*FAST, "iterations=2", "loss=lsgan", "loss.a=-1"]


def test_continuing_adds_the_new_words_but_not_those_about_the_command(run, trained):
    outcome = run(f"ckpt={trained / 'checkpoints' / 'last.ckpt'}", "iterations=3")

    _, overrides = origin_of(trained)
    assert outcome.status == 0, outcome.err
    assert overrides == [*FAST, "loss=lsgan", "loss.a=-1", "iterations=3"]
    assert not any(word.split("=")[0] in ABOUT_THE_COMMAND for word in overrides)
    assert yaml.safe_load((trained / ".hydra" / "overrides.yaml").read_text()) == overrides


def test_a_configuration_from_a_stranger_runs_none_of_their_code(run, trained, tmp_path):
    path = trained / "checkpoints" / "last.ckpt"
    checkpoint = torch.load(path, weights_only=True)
    checkpoint["config"]["model"]["generator"]["_target_"] = "antigravity.main"
    stranger = tmp_path / "stranger.ckpt"
    torch.save(checkpoint, stranger)

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run("task=sample", f"ckpt={stranger}")

    assert outcome.status == 1
    assert "_target_=antigravity.main is refused" in outcome.err
    assert "antigravity" not in sys.modules


def test_what_fails_before_the_first_iteration_is_over_is_the_checkpoints_fault(reopened):
    module = tiny_gan()
    module.iteration = 2

    message = r"ckpt=x cannot be continued: .*\(KeyError: 'exp'\)"
    with pytest.raises(CheckpointError, match=message), restore_errors_in_words(reopened, module):
        raise KeyError("exp")


def test_what_fails_later_or_of_a_new_run_or_in_words_is_told_as_it_is(reopened):
    module = tiny_gan()
    module.iteration = 3

    for checkpoint, error in ((reopened, KeyError), (None, KeyError), (reopened, TrainingError)):
        with pytest.raises(error), restore_errors_in_words(checkpoint, module):
            raise error("a")


def test_a_lack_of_memory_is_not_the_checkpoints_fault(reopened):
    with pytest.raises(MemoryLackError), restore_errors_in_words(reopened, tiny_gan()):
        raise MemoryError
