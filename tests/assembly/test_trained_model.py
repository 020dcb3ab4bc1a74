"""A trained model, and what a task needs of it."""

from types import SimpleNamespace

import pytest
import torch
from omegaconf import OmegaConf

from gan_lab.assembly import trained_model
from gan_lab.assembly.trained_model import open_model
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.training.abilities import HasLatents
from tests.training.conftest import tiny_gan

CONFIG = OmegaConf.create(
    {"task": "invert", "ckpt": "a/last.ckpt", "data": {}, "trainer": {"accelerator": "cpu"}}
)


class Blind(torch.nn.Module):
    """Has no latents."""


@pytest.fixture
def made(monkeypatch):
    """Let every checkpoint be one of this model."""

    def let(module, condition="none"):
        reopened = SimpleNamespace(config=CONFIG, checkpoint={"state_dict": module.state_dict()})
        monkeypatch.setattr(trained_model, "reopen", lambda *_: reopened)
        monkeypatch.setattr(trained_model, "build", lambda *_: SimpleNamespace(condition=condition))
        monkeypatch.setattr(trained_model, "build_algorithm", lambda *_: module)
        return module

    return let


def test_a_task_refuses_a_model_without_the_ability_that_it_needs(made):
    made(Blind())

    said = r"^task=invert needs latents, and Blind, the algorithm of ckpt=a/last\.ckpt, has none\."
    with pytest.raises(ConfigError, match=said):
        open_model(CONFIG, needs=HasLatents)


def test_a_task_that_needs_images_alone_takes_any_model(made):
    module = made(Blind())

    assert open_model(CONFIG).module is module


def test_latents_alone_do_not_do_for_a_model_that_asks_for_labels(made, monkeypatch):
    made(tiny_gan(), "labels")
    labels = Labels(("a", "b"), (1, 1))
    monkeypatch.setattr(trained_model, "labels_of_checkpoint", lambda _: labels)

    with pytest.raises(
        ConfigError, match=r"^task=invert makes images of latents alone, and .*label"
    ):
        open_model(CONFIG, needs=HasLatents)


def test_a_gan_has_latents(made):
    module = made(tiny_gan())

    assert open_model(CONFIG, needs=HasLatents).module is module


def test_without_a_checkpoint_there_is_nothing_to_open():
    with pytest.raises(ConfigError, match=r"task=invert needs ckpt="):
        open_model(OmegaConf.merge(CONFIG, {"ckpt": None}))
