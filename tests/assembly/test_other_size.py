"""Translators at another size: which sizes there are, and how others are refused."""

import functools

import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.other_size import at_size
from gan_lab.assembly.saved_config import Reopened
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels

CYCLEGAN = (
    "algorithm=cyclegan", "data=unpaired", "data@data.a=digits", "data@data.b=digits",
    "model.generator.blocks=0",
)  # fmt: skip
UNET = (*CYCLEGAN[:-1], "model=cyclegan_unet", "model.generator.halvings=3")
STARGAN = ("algorithm=stargan", "data=digits", "data.classes=[0,1]", "model.generator.blocks=0")


@functools.cache
def config_of(words):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        return compose(
            "config", [*words, "data.size=16", "model.width=4", "ckpt=last.ckpt", "trainer=cpu"]
        )


def model(words=CYCLEGAN):
    config = config_of(words)
    dataset = build(config.data, "data")
    labels = Labels(("0", "1"), [1, 1]) if words is STARGAN else None
    module = build_algorithm(config, dataset, labels)
    return TrainedModel(module, dataset, Reopened({}, {}, config, []), labels)


def test_without_a_size_it_is_that_of_training():
    trained = model()

    config, dataset = at_size(trained, None)

    assert config is trained.config
    assert dataset is trained.dataset


@pytest.mark.parametrize(
    ("words", "size", "shape"),
    [
        (CYCLEGAN, 32, (1, 32, 32)),
        (CYCLEGAN, [16, 24], (1, 16, 24)),
        (UNET, [32, 16], (1, 32, 16)),
        (STARGAN, [24, 16], (1, 24, 16)),
    ],
)
def test_data_of_another_size_fit_the_weights_that_there_are(words, size, shape):
    trained = model(words)

    config, dataset = at_size(trained, size)

    assert dataset.image_shape == shape
    assert config.data.size == size
    assert trained.dataset.image_shape == (1, 16, 16)  # its own are left alone
    assert trained.config.data.size == 16
    view = next(iter(trained.module.directions))
    assert trained.module.translate(torch.zeros(2, *shape), view).shape == (2, *shape)


@pytest.mark.parametrize(
    ("words", "size", "said"),
    [
        (CYCLEGAN, 18, r"^size=18: .* and these are 18x18: try size=16\.$"),
        (CYCLEGAN, [16, 18], r"^size=\[16, 18\]: .* these are 16x18"),
        (CYCLEGAN, 0, r"^size=0 must be a whole number"),
        (UNET, 20, r"^size=20: model\.generator\.halvings=3 needs a height and width that"),
        (UNET, 8, r"^size=8 is no size that the network a_to_b of ckpt=last\.ckpt can take \(.+\)"),
        (STARGAN, 18, r"^size=18: .* and these are 18x18"),
    ],
)
def test_a_size_that_its_networks_cannot_take_is_refused_in_the_words_of_the_person(
    words, size, said
):
    with pytest.raises(ConfigError, match=said) as refusal:
        at_size(model(words), size)

    assert "data." not in str(refusal.value)


@pytest.mark.parametrize("view", ["a_to_b", "b_to_a"])
def test_a_network_that_makes_images_of_another_size_is_found_out_in_either_direction(view):
    trained = model()
    setattr(trained.module, view, nn.AvgPool2d(2))

    said = rf"^size=32 .* the network {view} .* \(it makes others\)\. Leave size= out for 16x16"
    with pytest.raises(ConfigError, match=said):
        at_size(trained, 32)
