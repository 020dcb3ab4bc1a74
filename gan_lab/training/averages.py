"""The moving averages of a model's networks."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import final

from torch import nn

from gan_lab.schedules import Course
from gan_lab.training.moving_average import MovingAverage
from gan_lab.training.player import Player


@final
class Averages(nn.ModuleDict):
    """One average for each network of the players that ask for it, by the network's name.

    Args:
        settings: of each player.
        players: the networks of each player.
        networks: by their names.
        images: real images per iteration.

    Attributes:
        numbers: those that change, as they were followed last, by their keys in a configuration.
    """

    def __init__(
        self,
        settings: Mapping[str, Player],
        players: Mapping[str, Sequence[str]],
        networks: Mapping[str, nn.Module],
        images: int,
    ) -> None:
        super().__init__()
        self.numbers: dict[str, float] = {}
        self.courses: dict[str, Course] = {}
        for player, names in players.items():
            if average := settings[player].average:
                decay: float | Callable[[int, int], float] = average.decay_for(images)
                if isinstance(average.half_life_images, Course):
                    self.courses[f"ema.{player}.half_life_images"] = average.half_life_images
                    decay = partial(average.decay_for, images)
                for name in (name for name in names if networks[name].state_dict()):
                    self[name] = MovingAverage(networks[name], decay, warm_up=average.warm_up)

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose how far the next update goes, after so many iterations."""
        for average in self.values():
            average.follow(iteration, images_seen)
        for key, course in self.courses.items():
            self.numbers[key] = course.at(iteration, images_seen)

    def update_towards(self, networks: Mapping[str, nn.Module]) -> None:
        """Bring the averages of these networks nearer to them."""
        for name in (name for name in networks if name in self):
            self[name].update_parameters(networks[name])
