"""The numbers that change while a run trains."""

from functools import partial

import pytest
import torch
from torch.optim import Adam

from gan_lab.schedules import Course, Linear
from gan_lab.training.changing_numbers import ChangingNumber, ChangingNumbers
from gan_lab.training.player import Player, Recipe


class Part:
    """Its number is that of the images seen."""

    def follow(self, iteration, images_seen):
        self.numbers = {"terms.r1.weight": images_seen}


@pytest.fixture
def changing():
    courses = {"beta2": Course.read({"linear": [0.9, 0.99], "iterations": 10})}
    player = Player(partial(Adam, lr=0.1), courses)
    schedule = Linear(start=0, end=10, final_factor=0.0)
    found = ChangingNumbers(Recipe({"critic": player}, batch_size=1, seed=0, schedule=schedule))
    found.parts.append(Part())
    return found


@pytest.fixture
def optimizer(changing):
    return changing.recipe.players["critic"].new_optimizer([torch.nn.Parameter(torch.ones(1))])


def test_optimizers_and_parts_follow_the_clock_and_columns_tell(changing, optimizer):
    changing.follow({"critic": optimizer}, iteration=5, images_seen=40)

    (group,) = optimizer.param_groups
    assert group["lr"] == pytest.approx(0.05)
    assert group["betas"] == pytest.approx((0.9, 0.945))
    assert changing.columns() == pytest.approx(
        {
            "lr/critic": 0.05,
            "schedule/optimizer.critic.beta2": 0.945,
            "schedule/terms.r1.weight": 40,
        }
    )


def test_a_share_of_all_rates_comes_on_top_of_their_schedule(changing, optimizer):
    changing.rate_share = 0.5

    changing.follow({"critic": optimizer}, iteration=5, images_seen=40)

    assert changing.columns()["lr/critic"] == pytest.approx(0.025)


def test_a_number_of_an_algorithm_may_follow_a_course():
    course = Course.read({"linear": [0.0, 2.0], "images": 100})
    number = ChangingNumber("algorithm.beta", course)

    number.follow(iteration=1, images_seen=25)
    value = number.value
    number.follow(iteration=2, images_seen=50)

    assert value is number.value  # a CUDA graph reads the same tensor again
    assert number.value.item() == 1.0
    assert number.numbers == {"algorithm.beta": 1.0}
    assert not number.state_dict()


def test_a_number_that_stays_is_no_column():
    number = ChangingNumber("algorithm.beta", 4.0)

    number.follow(iteration=1, images_seen=25)

    assert number.value == 4.0
    assert number.numbers == {}
