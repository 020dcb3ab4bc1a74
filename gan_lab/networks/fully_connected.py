"""Stacks of fully connected layers, of which the networks of several papers are made."""

from collections.abc import Callable, Sequence
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.networks.blocks import Maxout


def linear_layers(
    inputs: int, hidden: Sequence[int], activations: Sequence[Callable[[], nn.Module]]
) -> list[nn.Module]:
    """Return linear layers from `inputs` features on, each with its activation.

    Args:
        inputs: features of the first layer's input.
        hidden: units of each layer.
        activations: what makes the one of each layer.
    """
    layers: list[nn.Module] = []
    for units, activation in zip(hidden, activations, strict=True):
        layers += [nn.Linear(inputs, units), activation()]
        inputs = units
    return layers


def maxout_layers(
    inputs: int,
    hidden: Sequence[int],
    pieces: int,
    drop: Callable[[], nn.Module] | None = None,
) -> list[nn.Module]:
    """Return maxout layers from `inputs` features on, and a linear one to a logit.

    Args:
        inputs: features of the first layer's input.
        hidden: units of each maxout layer.
        pieces: linear pieces per unit.
        drop: what makes the dropout behind each maxout layer; None: there is none.
    """
    layers: list[nn.Module] = []
    for units in hidden:
        layers += [Maxout(inputs, units, pieces), *([drop()] if drop else [])]
        inputs = units
    return [*layers, nn.Linear(inputs, 1), nn.Flatten(0)]


@final
class Float32Layers(nn.Sequential):
    """Layers that compute in float32 whatever trainer.precision says.

    For points and numbers: bfloat16 tells those near 1 apart by 0.008 at best.
    """

    def forward(self, numbers: Tensor) -> Tensor:
        """Return what the layers make of `numbers`, under autocast too."""
        with torch.autocast(numbers.device.type, enabled=False):
            return super().forward(numbers)


@torch.no_grad()
def initialise(network: nn.Module, draw: Callable[[Tensor], object]) -> None:
    """Draw the weights of all linear layers and convolutions anew, and set their biases to 0.

    Args:
        network: changed in place.
        draw: fills a tensor of weights with random numbers.
    """
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            draw(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def uniform(weight_range: float) -> Callable[[Tensor], object]:
    """Return what draws numbers uniformly from [-weight_range, weight_range]."""
    return lambda weight: nn.init.uniform_(weight, -weight_range, weight_range)


def normal(std: float) -> Callable[[Tensor], object]:
    """Return what draws numbers from N(0, std^2)."""
    return lambda weight: nn.init.normal_(weight, 0.0, std)
