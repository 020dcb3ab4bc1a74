"""What a model translates where nobody names others, and how many of it an evaluation scores."""

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.labels import asked_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.originals import give_originals, samples_of
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError

WORDS = (
    "algorithm=cyclegan", "data@data.a=digits", "data@data.b=digits", "data.a.classes=[0,1,2]",
    "data.b.classes=[3,4]", "data.size=16", "data.limit=20", "model.width=4",
    "model.generator.blocks=0",
)  # fmt: skip


def made(*words):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", [*WORDS, *words])
    dataset = build(config.data, "data")
    module = build_algorithm(config, dataset)
    give_originals(module, config, dataset)
    return config, dataset, module


def test_originals_are_those_of_the_test_part():
    _, dataset, module = made()
    of_training = dataset.a.load().pixels

    originals = module.originals["a"]
    assert originals.split == "test"
    assert not any(
        (of_training == image).flatten(1).all(1).any() for image in originals.images.pixels
    )


def test_another_split_can_be_named():
    _, dataset, module = made("evaluation.split=train")

    assert torch.equal(module.originals["b"].images.pixels, dataset.b.load().pixels)


def test_an_evaluation_scores_each_original_once():
    config, dataset, module = made("data.limit=20")
    assert samples_of(config, dataset, module) == 20

    config, dataset, module = made("evaluation.n_fake=12")
    assert samples_of(config, dataset, module) == 12

    with pytest.raises(ConfigError, match=r"n_fake=21 is more than the 20 images that can be"):
        samples_of(*made("evaluation.n_fake=21"))


def test_translations_are_asked_to_be_of_their_target():
    _, _, module = made()

    asked = asked_of(module, None)

    assert {view: labels.asked for view, labels in asked.items()} == {"a_to_b": [1], "b_to_a": [0]}
    assert asked["a_to_b"].class_names == ("a", "b")
