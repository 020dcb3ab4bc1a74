"""The exponential moving average of a network, which samples better than the network itself."""

from typing import final

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel


@final
class MovingAverage(AveragedModel):
    """Follow a network's weights and buffers, by a share of 1 - decay of the way per update.

    Buffers are averaged with the weights: an average of weights needs statistics of its own. The
    first update copies the network. torch's own update asks the device each time whether it is the
    first, which makes a GPU wait.

    Args:
        network: a copy of it is the first average.
        decay: per update, between 0 and 1.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        super().__init__(network)
        self.decay = decay
        self._has_begun = False

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Bring the average nearer to `model`."""
        self._has_begun = self._has_begun or bool(self.n_averaged > 0)
        share = 1 - self.decay if self._has_begun else 1.0
        pairs = zip(_tensors(self.module), _tensors(model), strict=True)
        floats, counts = [], []
        for pair in pairs:
            (floats if pair[0].is_floating_point() else counts).append(pair)
        torch._foreach_lerp_(*map(list, zip(*floats, strict=True)), share)
        for average, now in counts:
            average.copy_(now)
        self.n_averaged += 1


def _tensors(network: nn.Module) -> list[torch.Tensor]:
    return [*network.parameters(), *network.buffers()]
