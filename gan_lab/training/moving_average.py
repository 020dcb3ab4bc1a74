"""The exponential moving average of a network, which samples better than the network itself."""

from collections.abc import Callable
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

    With a warm-up the decay after n updates is at most (1 + n) / (10 + n), as in TensorFlow's
    `ExponentialMovingAverage`: the average spans a tenth of the training so far instead of
    remembering the network as it began, and draws more than gray from the start.

    Args:
        network: a copy of it is the first average.
        decay: per update, from 0 to 1; or a function of completed iterations and images seen.
        warm_up: as above. With it or a function, `follow` has to be told of each update.
    """

    def __init__(
        self,
        network: nn.Module,
        decay: float | Callable[[int, int], float],
        *,
        warm_up: bool = False,
    ) -> None:
        super().__init__(network)
        self.decay = decay
        self.warm_up = warm_up
        self.changes = warm_up or callable(decay)
        self._has_begun = False
        # On the device, since a CUDA graph repeats the numbers of Python that it was recorded with.
        self.register_buffer("share", torch.ones(()), persistent=False)

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose the share of the way that the next update goes, after so many iterations."""
        if not self.changes:
            return
        decay = self.decay(iteration, images_seen) if callable(self.decay) else self.decay
        if self.warm_up:
            decay = min(decay, (1 + iteration) / (10 + iteration))
        self.share.fill_(1 - decay if iteration else 1.0)

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Bring the average nearer to `model`."""
        self._has_begun = self._has_begun or bool(self.n_averaged > 0)
        pairs = zip(_tensors(self.module), _tensors(model), strict=True)
        floats, counts = [], []
        for pair in pairs:
            (floats if pair[0].is_floating_point() else counts).append(pair)
        averages, networks = map(list, zip(*floats, strict=True))
        if self.changes:
            shares = [self.share.to(average.dtype) for average in averages]
            torch._foreach_lerp_(averages, networks, shares)
        else:
            share = 1 - self.decay if self._has_begun else 1.0
            torch._foreach_lerp_(averages, networks, share)
        for average, now in counts:
            average.copy_(now)
        self.n_averaged += 1


def _tensors(network: nn.Module) -> list[torch.Tensor]:
    return [*network.parameters(), *network.buffers()]
