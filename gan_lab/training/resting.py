"""Networks that are asked something while a run trains them."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def resting(*networks: nn.Module) -> Iterator[tuple[nn.Module, ...]]:
    """Put networks into evaluation mode, and each of their layers back into its own afterwards."""
    modes = {layer: layer.training for network in networks for layer in network.modules()}
    for network in networks:
        network.eval()
    try:
        yield networks
    finally:
        for layer, training in modes.items():
            layer.training = training
