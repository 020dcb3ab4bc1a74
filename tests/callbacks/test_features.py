"""The picture of what a model of two domains has of each, and only of such models."""

from types import SimpleNamespace
from unittest.mock import ANY, Mock

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_lab.callbacks.features import Features
from gan_lab.data.base import Images
from gan_lab.data.pixels import to_range
from gan_lab.training.dann import DANN
from gan_lab.training.player import Player, Recipe
from gan_lab.training.translating import Originals
from tests.training.conftest import BATCH, fit, tiny_gan


def dann():
    torch.manual_seed(0)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=1e-3))
    return DANN(
        features=nn.Sequential(nn.Flatten(), nn.Linear(16, 3)),
        label_head=nn.Linear(3, 2),
        domain_head=nn.Sequential(nn.Linear(3, 1), nn.Flatten(0)),
        image_shape=(1, 4, 4),
        recipe=Recipe({"classifier": player}, batch_size=BATCH, seed=0),
        domain_weight=1.0,
    )


def originals(n, labelled=True):
    random = torch.Generator().manual_seed(n)
    pixels = torch.randint(256, (n, 1, 4, 4), generator=random, dtype=torch.uint8)
    images = Images(pixels, torch.arange(n) % 2 if labelled else None, ("a", "b"))
    return Originals(images, lambda pixels: to_range(pixels, (-1.0, 1.0)), "test")


@pytest.fixture
def seen(tmp_path):
    """What is drawn, and the callback that draws it of a set with labels and one without."""
    shown = []

    def draw(*arguments):
        shown.append(arguments)
        return Image.new("L", (4, 4))

    images = {"source": originals(600), "target": originals(7, labelled=False)}
    return shown, Features(tmp_path / "features", 0, images, draw)


def test_features_of_both_domains_are_drawn_once_at_the_end(seen, tmp_path):
    shown, callback = seen
    module = dann()

    dashboard = Mock()
    callback.on_train_end(SimpleNamespace(loggers=[dashboard]), module)

    ((features, labels, names),) = shown
    assert [path.name for path in (tmp_path / "features").iterdir()] == ["00000000.png"]
    assert features["source"].shape == (500, 3)
    target = callback.images["target"]
    expected, *_ = module.examine(target.at(torch.arange(7), module.device))
    np.testing.assert_allclose(features["target"], expected.numpy())
    assert labels["source"].shape == (500,)
    assert labels["target"] is None
    assert names == ("a", "b")
    dashboard.log_picture.assert_called_once_with("features", ANY, 0)


def test_models_of_one_domain_have_no_picture(seen, tmp_path):
    shown, callback = seen

    fit(tiny_gan(), 2, callbacks=[callback])

    assert shown == []
    assert not (tmp_path / "features").exists()
