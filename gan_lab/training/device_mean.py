"""What all devices have to know of each other, so that two of them learn what one would."""

from typing import Any, final

import torch
from torch import Tensor, distributed


@final
class DeviceMean(torch.autograd.Function):
    """The mean of a tensor over the devices, which all get.

    After a backward pass gradients are averaged over the devices. So the loss is the mean of all
    devices' losses, and its gradient by one device's tensor is the mean of the gradients by what
    the devices got.
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        """Return the mean."""
        total = values.contiguous().clone()
        distributed.all_reduce(total)
        return total / distributed.get_world_size()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Return the mean of the gradients; it has a gradient itself."""
        return DeviceMean.apply(gradient)


def gather(tensor: Tensor) -> Tensor:
    """Return the tensors of all devices, one after the other; they have no gradient."""
    parts = [torch.empty_like(tensor) for _ in range(distributed.get_world_size())]
    distributed.all_gather(parts, tensor.detach().contiguous())
    return torch.cat(parts)
