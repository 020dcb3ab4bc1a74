"""Options that cannot work are refused by name, and conf/data/ tells them all."""

import dataclasses
from importlib import import_module
from pathlib import Path

import pytest
import torch
import yaml

from gan_lab.data.base import ImageDataset
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.mnist import MNIST
from gan_lab.data.tfd import TFD
from gan_lab.errors import ConfigError

CONF = Path(__file__).parents[2] / "conf" / "data"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "trian"}, r"data\.split=trian .*train, test"),
        ({"size": 4}, r"data\.size=4 .*at least 8"),
        ({"size": 28.0}, r"data\.size=28\.0"),
        ({"size": [28]}, r"data\.size=\[28\] must be .*height and width, such as \[64, 96\]"),
        ({"size": [28, 4]}, r"data\.size=\[28, 4\]"),
        ({"size": [28, True]}, r"data\.size"),
        ({"size": "28"}, r"data\.size=28"),
        ({"size": 10**9}, r"at most 16384"),
        ({"limit": 0}, r"data\.limit=0 .*at least 1"),
        ({"limit": True}, r"data\.limit=True"),
        ({"classes": 3}, r"data\.classes=3 .*data\.classes=\[3\]"),
        ({"classes": []}, r"data\.classes=\[\]"),
        ({"value_range": [1.0, -1.0]}, r"data\.value_range=\[1\.0, -1\.0\]"),
        ({"value_range": [0.0]}, r"data\.value_range"),
        ({"value_range": 1.0}, r"data\.value_range"),
    ],
)
def test_an_option_that_cannot_work_is_refused_by_name(options, message):
    with pytest.raises(ConfigError, match=message):
        MNIST(**options)


@pytest.mark.parametrize(
    ("dataset", "options", "message"),
    [
        (CIFAR10, {"split": "dev"}, r"data\.split=dev .*train, test, valid"),
        (Digits, {"split": "all"}, r"data\.split=all .*train, test"),
        (TFD, {"split": "unlabelled+train"}, r"Did you mean 'unlabeled'"),
        (TFD, {"split": ""}, r"data\.split="),
        (Folder, {"dir": "x", "split": "dev"}, r"data\.split=dev .*train, valid, test, all"),
        (Folder, {"dir": "x", "background": "wheit"}, r"data\.background=wheit is not a colour"),
        (Folder, {"dir": "x", "background": [0, 0, 256]}, r"data\.background=\[0, 0, 256\]"),
        (Folder, {}, r"data\.dir=null"),
    ],
)
def test_each_data_set_refuses_what_only_it_can_judge(dataset, options, message):
    with pytest.raises(ConfigError, match=message):
        dataset(**options)


@pytest.mark.parametrize("dataset", [MNIST, CIFAR10, TFD, Folder])
@pytest.mark.parametrize(
    "path", ["", "a" * 300, "a/" * 5000, "x\0y", "~nobody_of_this_name/x"], ids=range(5)
)
def test_what_can_be_no_path_is_refused(dataset, path):
    with pytest.raises(ConfigError, match=r"data\.dir=.* is not a path \("):
        dataset(dir=path)


def test_lists_from_the_configuration_become_tuples():
    dataset = MNIST(classes=[3, "7"], value_range=[0, 1])
    assert dataset.classes == (3, "7")
    assert dataset.value_range == (0.0, 1.0)


def test_the_image_shape_follows_size_and_channels():
    assert MNIST().image_shape == (1, 28, 28)
    assert CIFAR10(size=64).image_shape == (3, 64, 64)
    assert Folder(dir="x", channels=1).image_shape == (1, 32, 32)
    assert MNIST(size=[32, 48]).image_shape == (1, 32, 48)
    assert MNIST(size=[32, 32]) == MNIST(size=32)


@pytest.mark.parametrize("path", sorted(CONF.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_configuration_names_every_option_with_the_default_of_the_class(path):
    values, chosen = options_in(path)
    module, name = values.pop("_target_").rsplit(".", 1)
    dataset = getattr(import_module(module), name)
    assert issubclass(dataset, ImageDataset)
    # Of an option without a default, the configuration has to say something.
    defaults = {
        field.name: values.get(field.name)
        if field.default is dataclasses.MISSING
        else field.default
        for field in dataclasses.fields(dataset)
        # A third set is a source only where a file of its own chooses one.
        if field.init and (field.name, "c" in values) != ("c", False)
    }
    # A list cannot be the default of a frozen object.
    for key, default in defaults.items():
        if isinstance(default, tuple):
            values[key] = tuple(values[key])
    assert values == defaults | chosen


def options_in(path):
    """Return all options in a file, and those that it chooses for a data set of another file."""
    values = yaml.safe_load(path.read_text())
    chosen = {}
    for parent in values.pop("defaults", []):
        if isinstance(parent, dict):  # which data set a source is
            values |= {key.partition("@")[2]: None for key in parent}
        elif parent != "_self_":
            chosen = dict(values)
            values = options_in(CONF / f"{parent}.yaml")[0] | values
    return values, chosen


def test_generated_images_are_stored_as_rounded_bytes():
    images = torch.tensor([-1.0, -0.2, 0.5, 1.3]).view(1, 1, 2, 2)

    stored = MNIST().to_pixels(images)

    assert stored.dtype == torch.uint8
    assert stored.flatten().tolist() == [0, 102, 191, 255]


def test_an_evaluation_takes_10_000_images_unless_a_protocol_says_otherwise():
    assert MNIST().evaluation_samples == 10_000
