"""What is said of all players and of one alone becomes their optimizers, bounds and averages."""

import re

import pytest
import torch
from torch import nn

from gan_lab.assembly.recipes import build_recipe
from gan_lab.config.composition import composition
from gan_lab.errors import ConfigError
from gan_lab.training.player import Average

GAN = {"generator": ["generator"], "discriminator": ["discriminator"]}
AUTOENCODER = {"autoencoder": ["encoder", "decoder"], "generator": ["encoder"]}


def players(*words):
    return build_recipe(composition(words).config, GAN).players


def numbers_of(player):
    optimizer = player.new_optimizer(nn.Linear(1, 1).parameters())
    return type(optimizer), optimizer.defaults


def test_what_is_said_of_one_player_is_not_said_of_the_other():
    words = [
        "optimizer.lr=1e-3",
        "optimizer.beta1=0.5",
        "optimizer.beta2=0.999",
        "optimizer.discriminator.lr=4e-3",
        "optimizer.generator.beta2=0.9",
    ]
    generator, discriminator = players(*words).values()

    kind, numbers = numbers_of(generator)
    assert kind is torch.optim.Adam
    assert (numbers["lr"], numbers["betas"]) == (1e-3, (0.5, 0.9))
    numbers = numbers_of(discriminator)[1]
    assert (numbers["lr"], numbers["betas"]) == (4e-3, (0.5, 0.999))


def test_bounds_are_no_arguments_of_the_optimizer():
    words = ["optimizer=sgd", "optimizer.max_column_norm=2", "optimizer.generator.clip_norm=1.5"]
    generator, discriminator = players(*words).values()

    assert (generator.clip_norm, generator.max_column_norm) == (1.5, 2)
    assert (discriminator.clip_norm, discriminator.max_column_norm) == (None, 2)
    kind, numbers = numbers_of(generator)
    assert (kind, numbers["momentum"]) == (torch.optim.SGD, 0.5)


def test_a_number_that_changes_begins_where_its_course_does():
    course = "optimizer.generator.lr={linear: [0.01, 0.001], iterations: 10}"
    generator, discriminator = players(course).values()

    assert numbers_of(generator)[1]["lr"] == 0.01
    assert generator.courses["lr"].at(10, 0) == pytest.approx(0.001)
    assert discriminator.courses == {}


def test_an_average_is_of_the_player_that_it_is_said_of():
    generator, discriminator = players(
        "ema.generator.decay=null", "ema.discriminator.decay=0.9", "ema.discriminator.warm_up=false"
    ).values()

    assert generator.average is None
    assert discriminator.average == Average(decay=0.9, warm_up=False)


def test_a_decay_that_is_said_twice_is_refused():
    with pytest.raises(ConfigError, match=r"^ema\.generator\.decay=0\.9 and .*=5 say the same in"):
        players("ema.generator.decay=0.9", "ema.generator.half_life_images=5")


def test_a_half_life_that_changes_is_shown_as_it_is_typed():
    course = "{linear: [0, 500], images: 2000}"
    with pytest.raises(ConfigError, match=re.escape(f"half_life_images={course} say the same")):
        players("ema.generator.decay=0.9", f"ema.generator.half_life_images={course}")


@pytest.mark.parametrize("key", ["optimizer.momentum", "optimizer.generator.momentum"])
def test_a_momentum_of_rmsprop_that_starts_at_0_is_refused(key):
    word = f"{key}={{linear: [0, 0.5], iterations: 10}}"
    with pytest.raises(ConfigError, match=rf"^{re.escape(word)} must start above 0"):
        players("optimizer=rmsprop", word)


@pytest.mark.parametrize(
    "words",
    [
        ("optimizer=rmsprop", "optimizer.momentum={linear: [0.001, 0], iterations: 2}"),
        ("optimizer=sgd", "optimizer.momentum={linear: [0, 0.5], iterations: 2}"),
    ],
)
def test_other_courses_of_momentum_work(words):
    player = players(*words)["generator"]
    weight = nn.Parameter(torch.ones(1))
    optimizer = player.new_optimizer([weight])
    for iteration in range(3):
        player.follow(optimizer, 1.0, iteration, 0)
        weight.grad = torch.ones(1)
        optimizer.step()
    assert weight < 1


@pytest.mark.parametrize(
    "word",
    [
        "ema.generator.decay=0.9",
        "ema.generator.half_life_images=500",
        "+optimizer.discriminator.lr=0.1",
    ],
)
def test_what_is_said_of_a_player_that_there_is_not_is_refused(word):
    config = composition(["algorithm=vae", word]).config
    message = f"^{re.escape(word.strip('+'))} is of a player .* has autoencoder"

    with pytest.raises(ConfigError, match=message):
        build_recipe(config, {"autoencoder": ["encoder", "decoder"]})


def test_a_network_of_two_players_is_averaged_as_the_first_alone():
    config = composition(["algorithm=adversarial_autoencoder", "ema.generator.decay=0.9"]).config

    with pytest.raises(ConfigError, match=r"average the encoder alone.*say ema\.autoencoder"):
        build_recipe(config, AUTOENCODER)
