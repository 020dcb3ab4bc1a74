"""The moving averages of a model's networks."""

from collections.abc import Mapping, Sequence
from typing import final

from torch import nn

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
    """

    def __init__(
        self,
        settings: Mapping[str, Player],
        players: Mapping[str, Sequence[str]],
        networks: Mapping[str, nn.Module],
        images: int,
    ) -> None:
        super().__init__()
        for player, names in players.items():
            if average := settings[player].average:
                for name in names:
                    decay, warm_up = average.decay_for(images), average.warm_up
                    self[name] = MovingAverage(networks[name], decay, warm_up=warm_up)

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose how far the next update goes, after so many iterations."""
        for average in self.values():
            average.follow(iteration, images_seen)

    def update_towards(self, networks: Mapping[str, nn.Module]) -> None:
        """Bring the averages of these networks nearer to them."""
        for name, network in networks.items():
            self[name].update_parameters(network)
