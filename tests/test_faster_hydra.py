"""What is remembered is what Hydra composes."""

import pytest
from hydra import compose, initialize_config_dir
from hydra._internal import config_loader_impl as loader
from hydra._internal.hydra import Hydra
from omegaconf import OmegaConf

from gan_lab.config.options import find_conf
from tests import faster_hydra

WORDS = (
    [],
    ["model=mlp", "terms=[r1]", "terms.r1.weight=2", "evaluation/metrics=[frechet,ndb]"],
    ["model=mlp", "terms=[r1]", "terms.r1.weight=3", "evaluation/metrics=[frechet,ndb]"],
    ["data=unpaired", "data@data.a=digits", "~model.width", "+latent={size: 3}"],
    ["experiment=mnist_mlp", "debug=fast", "logger=[csv,tensorboard]", "hydra.run.dir=x"],
)


def composed(words):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", words, return_hydra_config=True)
    return OmegaConf.to_container(config, resolve=False)


@pytest.mark.parametrize("words", WORDS)
def test_what_is_remembered_is_what_hydra_composes(words, monkeypatch):
    remembered = [composed(words) for _ in range(2)]

    monkeypatch.setattr(OmegaConf, "load", faster_hydra.load)
    monkeypatch.setattr(Hydra, "get_mode", faster_hydra.get_mode)
    monkeypatch.setattr(loader, "create_defaults_list", faster_hydra.create_defaults_list)
    monkeypatch.setattr(
        loader.ConfigLoaderImpl,
        "_compose_config_from_defaults_list",
        faster_hydra.compose_defaults,
    )
    assert remembered == [composed(words)] * 2


def test_an_option_that_was_written_anew_is_read_anew(run, tmp_path):
    option = tmp_path / "mine" / "loss" / "mine.yaml"
    option.parent.mkdir(parents=True)
    refused = []
    for name in ("first", "second"):
        option.write_text(f"_target_: gan_lab.losses.{name}\n")
        refused.append(run("loss=mine", f"--config-dir={tmp_path / 'mine'}", "data=digits").err)

    assert "gan_lab.losses.first" in refused[0]
    assert "gan_lab.losses.second" in refused[1]
