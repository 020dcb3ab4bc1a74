"""Translations to any domain: which images are whose, and what the generator is told."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.latents.conditions import Labels
from gan_lab.losses.wasserstein import Wasserstein
from gan_lab.networks.features import Answers
from gan_lab.training.abilities import Translates
from gan_lab.training.player import Player, Recipe
from gan_lab.training.stargan import StarGAN
from gan_lab.training.translating import Originals
from tests.training.conftest import AVERAGE

SHAPE = (1, 4, 4)
NAMES = ("hat", "glasses", "beard")


class Told(nn.Module):
    """Images, brighter by what is told of each: a label's number, or ten to each attribute's."""

    def __init__(self):
        super().__init__()
        self.unit = nn.Parameter(torch.ones(()))

    def forward(self, images, told):
        if told.dim() == 2:
            told = told @ torch.tensor([1.0, 10.0, 100.0])
        return images + self.unit * told.view(-1, 1, 1, 1)


class Judge(nn.Module):
    """Says that an image has what is bright in its upper left: hat, glasses, beard, in a row."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Dropout(0.9), nn.BatchNorm2d(1))

    def forward(self, images, labels=None, with_features=False):
        assert images.shape[1:] == SHAPE
        features = self.layers(images)
        return Answers(features.mean((1, 2, 3)), features.flatten(1), features[:, 0, 0, :3])


def stargan(exclusive, average=None):
    plain = Player(lambda weights: torch.optim.SGD(weights, lr=0.1))
    players = {
        "generator": Player(plain.optimizer, average=average),
        "discriminator": Player(plain.optimizer),
    }
    return StarGAN(
        generator=Told(),
        discriminator=Judge(),
        loss=Wasserstein(),
        labels=Labels(NAMES, [4, 4, 4], exclusive),
        image_shape=SHAPE,
        recipe=Recipe(players, batch_size=4, seed=0),
    )


def images_with(*has, side=4):
    """Return images that are bright where the judge looks for what they have."""
    images = torch.full((len(has), 1, side, side), -1.0)
    for number, row in enumerate(has):
        for place, there in enumerate(row):
            step = side // 4
            images[number, 0, :step, place * step : (place + 1) * step] = 2.0 * there - 1
    return images


@pytest.mark.parametrize("exclusive", [True, False])
def test_there_is_a_way_to_each_domain_and_to_the_lack_of_an_attribute(exclusive):
    module = stargan(exclusive)

    assert isinstance(module, Translates)
    assert module.directions["to_hat"] == ("not_hat", "hat")
    lack = None if exclusive else ("hat", "not_hat")
    assert module.directions.get("to_not_hat") == lack
    assert len(module.views) == (3 if exclusive else 6)
    assert [module.directions[view][1] for view in module.views] == module.sets
    assert {module.translator(view) for view in module.views} == {"generator"}


def test_an_image_without_a_label_is_of_no_domain_and_of_no_others():
    module = stargan(exclusive=True)
    pixels = torch.arange(4, dtype=torch.uint8).view(4, 1, 1, 1)
    images = Images(pixels, torch.tensor([1, -1, 0, 1]), NAMES)

    module.take_originals({"data": Originals(images, lambda stored: stored.float(), "test")})

    found = {name: each.images.pixels.flatten().tolist() for name, each in module.originals.items()}
    assert found == {
        "hat": [2], "not_hat": [0, 3],
        "glasses": [0, 3], "not_glasses": [2],
        "beard": [], "not_beard": [0, 2, 3],
    }  # fmt: skip
    assert {each.split for each in module.originals.values()} == {"test"}
    assert module.ways_back("to_beard", images).keys() == {"to_hat", "to_glasses"}


@pytest.mark.parametrize(("view", "told"), [("to_hat", 0), ("to_glasses", 1), ("to_beard", 2)])
def test_the_generator_is_told_the_number_of_the_domain(view, told):
    images = images_with([0, 0, 0], [1, 0, 0])

    made = stargan(exclusive=True).translate(images, view)

    assert torch.equal(made, images + told)


@pytest.mark.parametrize(
    ("view", "told"),
    [
        ("to_glasses", [110, 11]),
        ("to_not_glasses", [100, 1]),
        ("to_beard", [110, 101]),
        ("to_not_beard", [10, 1]),
    ],
)
@pytest.mark.parametrize("side", [4, 16])
def test_one_attribute_changes_and_the_others_are_those_that_are_seen_at_any_size(view, told, side):
    images = images_with([0, 1, 1], [1, 0, 0], side=side)

    made = stargan(exclusive=False).translate(images, view)

    torch.testing.assert_close(made, images + torch.tensor(told).view(-1, 1, 1, 1))


def test_translations_are_of_the_weights_that_are_evaluated():
    module = stargan(exclusive=True, average=AVERAGE)
    images = images_with([0, 0, 0])
    with torch.no_grad():
        module.generator.unit.fill_(5.0)

    assert torch.equal(module.translate(images, "to_beard"), images + 2)


def test_training_does_not_notice_that_the_discriminator_is_asked_for_attributes():
    module = stargan(exclusive=False)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    modes = [layer.training for layer in module.modules()]

    module.translate(images_with([0, 1, 1], [1, 0, 0]), "to_hat")

    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert [layer.training for layer in module.modules()] == modes
