"""The numbers that change while a run trains: learning rates, a term's weight, a half-life, ..."""

from collections.abc import Mapping
from typing import Protocol, final

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from gan_lab.schedules import Course
from gan_lab.training.player import Recipe


class FollowsTheClock(Protocol):
    """A part of an algorithm with numbers that change.

    Attributes:
        numbers: what they are in this iteration, by their keys in a configuration.
    """

    numbers: Mapping[str, float]

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose them for the next iteration, after so many iterations and real images."""


@final
class ChangingNumber(nn.Module):
    """A number of an algorithm that may follow a course.

    A CUDA graph repeats the numbers of Python that it was recorded with, so one that changes is a
    tensor.

    Args:
        key: of it in a configuration.
        number: itself, or its course.

    Attributes:
        numbers: see `FollowsTheClock`; nothing where it is always the same.
    """

    def __init__(self, key: str, number: float | Course) -> None:
        super().__init__()
        self.key, self.number = key, number
        self.numbers: dict[str, float] = {}
        self.register_buffer("now", torch.zeros(()), persistent=False)

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose the value of the next iteration."""
        if isinstance(self.number, Course):
            self.numbers = {self.key: self.number.at(iteration, images_seen)}
            self.now.fill_(self.numbers[self.key])

    @property
    def value(self) -> float | Tensor:
        """What the number is in this iteration."""
        return self.now if isinstance(self.number, Course) else self.number


@final
class ChangingNumbers:
    """Sets what changes before each iteration, and tells what it is.

    Args:
        recipe: how each player is trained.

    Attributes:
        parts: with numbers of their own.
        rate_share: factor of all learning rates, besides their schedule.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.parts: list[FollowsTheClock] = []
        self.rate_share = 1.0
        self._of_optimizers: dict[str, dict[str, float]] = {}

    def follow(self, optimizers: Mapping[str, Optimizer], iteration: int, images_seen: int) -> None:
        """Choose all numbers of the next iteration.

        Args:
            optimizers: of each player.
            iteration: completed ones.
            images_seen: real images shown so far.
        """
        for part in self.parts:
            part.follow(iteration, images_seen)
        factor = self.rate_share * self.recipe.schedule(iteration)
        self._of_optimizers = {
            name: self.recipe.players[name].follow(optimizer, factor, iteration, images_seen)
            for name, optimizer in optimizers.items()
        }

    def columns(self) -> dict[str, float]:
        """Return learning rates as `lr/PLAYER`, and all others as `schedule/KEY`."""
        rates, others = {}, {}
        for player, numbers in self._of_optimizers.items():
            for name, value in numbers.items():
                if name == "lr":
                    rates[f"lr/{player}"] = value
                else:
                    others[f"schedule/optimizer.{player}.{name}"] = value
        for part in self.parts:
            others |= {f"schedule/{key}": value for key, value in part.numbers.items()}
        return rates | others
