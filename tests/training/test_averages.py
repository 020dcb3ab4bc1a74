"""Which networks have an average, and what it follows."""

import pytest
import torch
from torch import nn

from gan_lab.schedules import Course
from gan_lab.training.averages import Averages
from gan_lab.training.player import Average, Player

PLAYERS = {"generator": ("generator", "mapping"), "discriminator": ("discriminator",)}


def network(value):
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, value)
    return layer


def averages(average, networks):
    """Return the averages of networks, which the first update makes equal to them."""
    settings = {
        "generator": Player(torch.optim.SGD, average=average),
        "discriminator": Player(torch.optim.SGD),
    }
    made = Averages(settings, PLAYERS, networks, images=10)
    made.follow(0, 0)
    made.update_towards({name: networks[name] for name in made})
    return made


def weight(average):
    return next(average.parameters()).item()


def test_every_network_of_a_player_that_asks_for_one_has_one():
    networks = {name: network(0.0) for name in ("generator", "mapping", "discriminator")}
    made = averages(Average(decay=0.75, warm_up=False), networks)
    for layer in networks.values():
        nn.init.ones_(layer.weight)

    made.update_towards({"generator": networks["generator"]})

    assert set(made) == {"generator", "mapping"}
    assert weight(made["generator"]) == 0.25
    assert weight(made["mapping"]) == 0.0
    assert made.numbers == {}


def test_a_half_life_that_changes_is_followed_and_told():
    course = Course.read({"linear": [10, 20], "iterations": 10})
    networks = {name: network(0.0) for name in ("generator", "mapping", "discriminator")}
    made = averages(Average(half_life_images=course, warm_up=False), networks)
    nn.init.ones_(networks["generator"].weight)

    made.follow(5, 50)
    made.update_towards({"generator": networks["generator"]})

    assert made.numbers == {"ema.generator.half_life_images": 15}
    assert weight(made["generator"]) == pytest.approx(1 - 0.5 ** (10 / 15))


def test_a_network_without_weights_has_none():
    networks = {"generator": network(0.0), "mapping": nn.ModuleDict(), "discriminator": network(0)}
    made = averages(Average(decay=0.75, warm_up=False), networks)

    made.update_towards({name: networks[name] for name in ("generator", "mapping")})

    assert set(made) == {"generator"}
