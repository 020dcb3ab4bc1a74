"""How a player is trained: numbers that change, and the span of its average."""

from functools import partial

import pytest
import torch
from torch import nn

from gan_lab.schedules import Course
from gan_lab.training.player import Average, Player, set_number

ADAM = partial(torch.optim.Adam, lr=0.1, betas=(0.5, 0.9))
SGD = partial(torch.optim.SGD, lr=0.1, momentum=0.5)


def weights():
    return [nn.Parameter(torch.ones(2))]


def followed(player, iterations, *, factor=1.0, images=8):
    """Return the optimizer's numbers, and those that are reported, at each of the iterations."""
    optimizer = player.new_optimizer(weights())
    found = []
    for iteration in iterations:
        told = player.follow(optimizer, factor, iteration, images * iteration)
        found.append({**optimizer.param_groups[0], "reported": told})
    return found


def test_without_courses_only_the_learning_rate_moves_and_by_the_factor_of_its_first_value():
    twice, half = (followed(Player(SGD), [0, 7], factor=factor) for factor in (2.0, 0.5))

    assert [group["lr"] for group in twice + half] == [0.2, 0.2, 0.05, 0.05]
    assert [group["reported"] for group in twice] == [{"lr": 0.2}, {"lr": 0.2}]
    assert {group["momentum"] for group in twice} == {0.5}


def test_a_rate_has_a_course_of_its_own_under_the_factor():
    player = Player(SGD, courses={"lr": Course("linear", 0.4, 0.2, 4, "iterations")})

    groups = followed(player, [0, 2, 4, 100], factor=0.5)

    assert [group["lr"] for group in groups] == pytest.approx([0.2, 0.15, 0.1, 0.1])
    assert [group["reported"]["lr"] for group in groups] == pytest.approx([0.2, 0.15, 0.1, 0.1])


def test_momentum_and_weight_decay_follow_their_courses_by_their_own_clocks():
    courses = {
        "momentum": Course("linear", 0.5, 0.7, 10, "iterations"),
        "weight_decay": Course("exponential", 1.0, 0.01, 80, "images"),
    }

    groups = followed(Player(SGD, courses), [0, 5, 10])

    assert [group["momentum"] for group in groups] == pytest.approx([0.5, 0.6, 0.7])
    assert [group["weight_decay"] for group in groups] == pytest.approx([1.0, 0.1, 0.01])
    assert groups[1]["reported"].keys() == {"lr", "momentum", "weight_decay"}


def test_each_of_adams_betas_follows_its_own_course_and_the_other_stays():
    first = Player(ADAM, {"beta1": Course("linear", 0.5, 0.0, 2, "iterations")})
    second = Player(ADAM, {"beta2": Course("linear", 0.9, 0.99, 2, "iterations")})

    assert [group["betas"] for group in followed(first, [0, 1, 2])] == [
        (0.5, 0.9), (0.25, 0.9), (0.0, 0.9),
    ]  # fmt: skip
    assert followed(second, [2])[0]["betas"] == (0.5, 0.99)


def test_a_number_that_lies_on_the_device_is_changed_where_it_lies():
    optimizer = SGD(weights())
    rate = optimizer.param_groups[0]["lr"] = torch.tensor(0.1)

    set_number(optimizer, "lr", 0.025)

    assert optimizer.param_groups[0]["lr"] is rate
    assert rate.item() == pytest.approx(0.025)


def test_an_average_forgets_half_of_a_weight_in_its_half_life_however_large_a_batch_is():
    average = Average(half_life_images=10_000)

    for images in (10, 250, 5000):
        iterations = 10_000 / images
        assert average.decay_for(images) ** iterations == pytest.approx(0.5)


def test_an_average_with_a_decay_takes_that():
    assert Average(decay=0.995).decay_for(64) == Average(decay=0.995).decay_for(1) == 0.995


def test_a_half_life_may_grow_with_the_images_seen_from_an_average_that_is_the_network():
    average = Average(half_life_images=Course("linear", 0, 1000, 2000, "images"))

    decays = [average.decay_for(100, 0, seen) for seen in (0, 1000, 2000, 9000)]

    assert decays == pytest.approx([0, 0.5 ** (100 / 500), 0.5**0.1, 0.5**0.1])
