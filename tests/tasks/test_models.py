"""The GAN that a configuration describes."""

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.config.build import build
from gan_lab.config.schema import find_conf
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.tasks.models import build_gan, load_weights

DIGITS = ("data=digits", "model.width=4")


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def gan(*overrides):
    config = compose("config", [*DIGITS, *overrides])
    return build_gan(config, build(config.data, "data"))


def test_the_same_seed_gives_the_same_weights_and_another_one_does_not():
    first, again, other = gan("seed=3"), gan("seed=3"), gan("seed=4")

    weight = "generator.layers.1.weight"
    assert torch.equal(first.state_dict()[weight], again.state_dict()[weight])
    assert not torch.equal(first.state_dict()[weight], other.state_dict()[weight])


def test_the_latent_dimension_and_the_value_range_reach_the_networks():
    module = gan("latent.dim=7", "data.value_range=[0, 1]")

    images = module.sample(4, 0, "samples")

    assert module.generator.layers[1].in_channels == 7
    assert images.min() >= 0
    assert images.max() <= 1


@pytest.mark.parametrize(
    ("optimizer", "kind"), [("adam", "Adam"), ("sgd", "SGD"), ("rmsprop", "RMSprop")]
)
def test_both_networks_have_optimizers_with_settings_of_their_own(optimizer, kind):
    module = gan(f"optimizer={optimizer}", "optimizer.lr=0.5", "optimizer.discriminator.lr=0.25")

    generator_optimizer, discriminator_optimizer = module.configure_optimizers()

    assert type(generator_optimizer).__name__ == kind
    assert generator_optimizer.param_groups[0]["lr"] == 0.5
    assert discriminator_optimizer.param_groups[0]["lr"] == 0.25


@pytest.mark.parametrize(
    ("update", "simultaneous"), [("alternating", False), ("simultaneous", True)]
)
def test_the_choice_of_updates_reaches_the_training(update, simultaneous):
    assert gan(f"update={update}").simultaneous is simultaneous


@pytest.mark.parametrize(
    "override",
    ["optimizer.betas=[0.5]", "optimizer.betas=[0.5,0.9,0.9]", "optimizer.clip_norm=true"],
)
def test_values_of_the_wrong_form_are_mistakes_of_the_configuration(override):
    with pytest.raises(ConfigError, match="optimizer"):
        gan(override)


def test_a_rate_that_torch_refuses_is_a_mistake_of_the_configuration():
    with pytest.raises(ConfigError, match="optimizer: Invalid learning rate"):
        gan("optimizer.lr=-1")


def test_weights_of_other_networks_are_refused():
    narrow, wide = gan(), gan("model.width=8")

    with pytest.raises(CheckpointError, match=r"ckpt=x\.ckpt holds other networks.*size mismatch"):
        load_weights(narrow, {"state_dict": wide.state_dict()}, "x.ckpt")
